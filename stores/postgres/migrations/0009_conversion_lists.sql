-- What lists of conversions are asked by besides time: those that wait for their click, and an order.
CREATE INDEX conversions_unmatched ON conversions (organization_id, created_at)
  WHERE matched_at IS NULL;
CREATE INDEX conversions_by_order ON conversions (organization_id, order_id) WHERE order_id <> '';
