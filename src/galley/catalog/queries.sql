-- name: insert_dataset
-- Make a dataset known; nothing happens when it is.
INSERT INTO catalog.dataset (name, created_at) VALUES (%(name)s, %(now)s) ON CONFLICT DO NOTHING;

-- name: lock_dataset
-- Number the versions of one dataset one publisher at a time.
SELECT name FROM catalog.dataset WHERE name = %(name)s FOR NO KEY UPDATE;

-- name: find_same_version
-- The version of this dataset with this root.
SELECT id FROM catalog.version WHERE dataset = %(dataset)s AND root = %(root)s;

-- name: insert_version
-- Append the next version of a dataset.
INSERT INTO catalog.version (dataset, number, root, manifest, rows, run_id, created_at)
SELECT %(dataset)s, COALESCE(MAX(number), 0) + 1, %(root)s, %(manifest)s, %(rows)s, %(run_id)s, %(now)s
FROM catalog.version WHERE dataset = %(dataset)s
RETURNING id;

-- name: insert_lineage
-- Say from which versions a version was made.
INSERT INTO catalog.lineage (child, parent) SELECT %(child)s, unnest(%(parents)s::text[]) ON CONFLICT DO NOTHING;

-- name: version_by_id
-- One version with its parents.
SELECT v.dataset AS name, v.number, v.root, v.manifest, v.rows, v.run_id, v.created_at,
       ARRAY(SELECT l.parent FROM catalog.lineage l WHERE l.child = v.id ORDER BY l.parent) AS parents
FROM catalog.version v WHERE v.id = %(id)s;

-- name: version_by_number
-- One numbered version of a dataset.
SELECT id FROM catalog.version WHERE dataset = %(dataset)s AND number = %(number)s;

-- name: latest_version
-- The newest version of a dataset.
SELECT id FROM catalog.version WHERE dataset = %(dataset)s ORDER BY number DESC LIMIT 1;

-- name: versions_by_root_prefix
-- The versions whose root begins so: the earliest of each of the first two roots, to see whether it is ambiguous.
SELECT MIN(id) AS id FROM catalog.version WHERE root LIKE %(pattern)s GROUP BY root ORDER BY MIN(id) LIMIT 2;

-- name: all_versions
-- Every version with its parents, oldest first.
SELECT v.dataset AS name, v.number, v.root, v.manifest, v.rows, v.run_id, v.created_at,
       ARRAY(SELECT l.parent FROM catalog.lineage l WHERE l.child = v.id ORDER BY l.parent) AS parents
FROM catalog.version v
WHERE %(dataset)s::text IS NULL OR v.dataset = %(dataset)s
ORDER BY v.id;

-- name: dataset_names
-- The names of all datasets.
SELECT name FROM catalog.dataset ORDER BY name;

-- name: children
-- The versions that were made from a root, oldest first.
SELECT v.id FROM catalog.lineage l JOIN catalog.version v ON v.id = l.child WHERE l.parent = %(root)s ORDER BY v.id;

-- name: insert_evidence
-- Attach a signed statement to a root; nothing happens when it is there.
INSERT INTO catalog.evidence (root, kind, envelope, created_at) VALUES (%(root)s, %(kind)s, %(envelope)s, %(now)s)
ON CONFLICT DO NOTHING;

-- name: evidence_of
-- The signed statements about a root, oldest first.
SELECT root, kind, envelope, created_at FROM catalog.evidence WHERE root = %(root)s ORDER BY id;

-- name: insert_release
-- Note a release; written again, it has a newer run.
INSERT INTO catalog.release (name, version, root, version_root, line, run_id, folder, rows, files, bytes, certified, simulated,
                             created_at)
VALUES (%(name)s, %(version)s, %(root)s, %(version_root)s, %(line)s, %(run_id)s, %(folder)s, %(rows)s, %(files)s, %(bytes)s,
        %(certified)s, %(simulated)s, %(now)s)
ON CONFLICT (organisation, folder, root) DO UPDATE SET run_id = excluded.run_id
RETURNING id;

-- name: releases_page
-- Releases, the newest first; of one line when it is named.
SELECT id, name, version, root, version_root, line, run_id, folder, rows, files, bytes, certified, simulated, created_at
FROM catalog.release WHERE id < %(before)s AND (%(line)s::text IS NULL OR line = %(line)s) ORDER BY id DESC LIMIT %(limit)s;

-- name: release
-- One release.
SELECT id, name, version, root, version_root, line, run_id, folder, rows, files, bytes, certified, simulated, created_at
FROM catalog.release WHERE id = %(id)s;

-- name: versions_page
-- Versions with their numbers in this page's order, the newest first; of one dataset, run or line (name before the dot).
SELECT v.id, v.dataset AS name, v.number, v.root, v.rows, v.run_id, v.created_at,
       ARRAY(SELECT l.parent FROM catalog.lineage l WHERE l.child = v.id ORDER BY l.parent) AS parents
FROM catalog.version v
WHERE v.id < %(before)s AND (%(dataset)s::text IS NULL OR v.dataset = %(dataset)s)
  AND (%(line)s::text IS NULL OR v.dataset LIKE %(line)s || '.%%')
ORDER BY v.id DESC LIMIT %(limit)s;

-- name: children_page
-- The newest versions that were made from a root.
SELECT v.id, v.dataset AS name, v.number, v.root, v.rows, v.run_id, v.created_at, ARRAY[l.parent] AS parents
FROM catalog.lineage l JOIN catalog.version v ON v.id = l.child WHERE l.parent = %(root)s ORDER BY v.id DESC LIMIT %(limit)s;
