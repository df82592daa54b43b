"""Side effects that workflows ask for: agencies, receipts, records and notices."""
