-- What was said in a project and is not dealt with, newest first.
CREATE INDEX comment_open ON annotate.comment (project, id) WHERE NOT resolved;
