-- What a model failed on is looked up by item before it is asked again.
CREATE INDEX prediction_error_item ON annotate.prediction_error (project, item);
