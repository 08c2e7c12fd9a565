-- What a client saw of the work on a late answer is kept with it: once adopted, its time counts like any other's.
ALTER TABLE annotate.orphan ADD COLUMN activity json;
