-- What one person did hour by hour, wherever in the organisation: their own page, and charts of one person.
CREATE INDEX rollup_labeler ON annotate.rollup (labeler, hour);
