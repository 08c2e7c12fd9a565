// Written by tools/make_web_types.py from docs/reference/openapi.json: change the server, not this file.

export type Accept = { "name": string; "title"?: string; "flow"?: "item" | "batch"; "skills"?: { [name: string]: number }; "kind": "accept" };

export type AcceptBody = { "secret": string };

export type Accepted = { "organisation": number };

export type ActionRow = { "id": number; "project": number; "labeler": number; "labeler_name": string; "rule": string | null; "rule_version": number | null; "act": unknown; "reading": unknown; "explanation_en": string; "explanation_zh": string; "state": "active" | "over" | "undone"; "at": string; "until": string | null; "made_by": string; "appeal"?: number | null; "appeal_state"?: string | null };

export type Adjudicate = { "name": string; "title"?: string; "flow"?: "item" | "batch"; "skills"?: { [name: string]: number }; "kind": "adjudicate" };

export type AdjustBody = { "note": string; "units"?: number; "counted_ms"?: number };

export type Adjusted = { "added": boolean };

export type Agent = { "name": string; "title"?: string; "flow"?: "item" | "batch"; "agent"?: string; "kind": "agent" };

export type Anchor = { "control"?: string | null; "region"?: string | null; "start"?: number | null; "end"?: number | null; "unit"?: "text" | "time" };

export type Annotate = { "name": string; "title"?: string; "flow"?: "item" | "batch"; "overlap"?: number; "most"?: number; "distance"?: number; "skills"?: { [name: string]: number }; "kind": "annotate" };

export type Appeal = { "id": number; "project": number; "action": number; "labeler": number; "words": string; "state": "open" | "upheld" | "overturned"; "decided_by": string | null; "note": string; "created_at": string; "decided_at": string | null };

export type AppealBody = { "words": string };

export type AssignBody = { "item": string; "labeler": number; "node"?: string };

export type Assigned = { "slot": number };

export type AuditLine = { "id": number; "at": string; "kind": string; "person": number | null; "person_name"?: string | null; "token": number | null; "token_name"?: string | null; "address": string | null; "project": number | null; "subject": string; "facts": { [name: string]: unknown }; "seal": number | null };

export type AuditProof = { "entry": string; "index": number; "rows": number; "hashes": (string)[]; "root": string; "seal": number; "statement": string | null; "log_index": number | null; "proof": string | null };

export type AuditRound = { "part": string; "round": number; "alpha": string; "audit_size": number; "seed": string; "labels_root": string; "items_root": string; "logged": LogEvidence | null };

export type Backend = { "id": number; "project": number; "name": string; "url": string; "username": string; "has_password": boolean; "batch": number; "seconds": number; "interactive": boolean; "notify": boolean; "model_version": string; "state": "new" | "up" | "down"; "reason": string; "checked_at": string | null; "created_at": string };

export type BackendChange = { "name"?: string | null; "url"?: string | null; "username"?: string | null; "password"?: string | null; "batch"?: number | null; "seconds"?: number | null; "interactive"?: boolean | null; "notify"?: boolean | null };

export type Batch = { "id": number; "project": number; "name": string; "priority": number; "due_at": string | null; "created_at": string };

export type BatchBody = { "name": string; "priority"?: number; "due_at"?: string | null };

export type BatchChange = { "priority": number; "due_at"?: string | null };

export type BatchItems = { "items": (string)[] };

/** What was there before: the returned answer of rework, or the answer under review. */
export type Before = { "slot": number; "revision": number | null; "reason"?: string | null; "note"?: string | null; "body"?: unknown | null };

export type Block = { "do": "block" };

export type BoardView = { "nodes": (NodeProgress)[]; "slots_open": number; "slots_done": number; "done_share": number | null; "leased": number; "leased_more": boolean; "hours": (Hour)[]; "gold_answers": number; "gold_accuracy": number | null; "accepted_share": number | null; "identical_answers": number | null; "answer_seconds_median": number | null; "answer_seconds_p95": number | null; "slowest": string | null; "finish": FinishView };

export type BoundFacts = { "part": string; "items": number; "audited": number; "wrong": number; "bound": number | null };

export type Branch = { "on": string; "percent"?: number | null; "standing"?: boolean; "when"?: FlowModelCondition | null };

export type Candidate = { "kind": "answer" | "attempt" | "revision" | "prelabel"; "name": string; "body": unknown; "at"?: string | null; "score"?: number | null; "reason"?: string | null; "note"?: string };

export type CertificateFacts = { "issued": boolean; "statement_en": string; "statement_zh": string; "reason": { [name: string]: unknown } | null; "target": number; "confidence": number; "certified": number | null; "items": number; "budget": number; "bound": number | null; "gold": { [name: string]: unknown }; "tolerance": number; "parts": (BoundFacts)[]; "climb": ([number, number, number, boolean])[]; "rounds": (AuditRound)[]; "audits": number; "audits_root": string; "simulated": boolean; "logged": LogEvidence | null };

export type Changed = { "id": string; "kind": "added" | "removed" | "changed" | "relabelled"; "fields": (FieldChange)[]; "left": Media | null; "right": Media | null };

export type ChartAgreement = { "day": string; "alpha": number | null; "low": number | null; "high": number | null; "items": number; "answers": number; "sampled": boolean };

export type ChartAssistance = { "answers": number; "shown": number; "kept": number; "edited": number; "rejected": number; "added": number };

export type ChartDay = { "day": string; "stage": string; "answers": number; "skipped": number; "accepted": number; "fixed": number; "returned": number; "counted_ms": number };

export type ChartGold = { "day": string; "seen": number; "correct": number };

export type ChartLabel = { "control": string; "value": string; "items": number };

export type ChartPersonDay = { "day": string; "labeler": number; "answers": number; "accepted": number; "fixed": number; "returned": number; "counted_ms": number; "seconds_per_answer": number | null; "returned_share": number | null };

export type ChartReviews = { "day": string; "verdict": string; "reason": string; "reviews": number };

export type Charts = { "days": (ChartDay)[]; "people": (ChartPersonDay)[]; "more": boolean; "agreement": (ChartAgreement)[]; "gold": (ChartGold)[]; "reviews": (ChartReviews)[]; "labels": (ChartLabel)[]; "labels_more": boolean; "assistance": ChartAssistance };

export type CheckBody = { "labels": { [name: string]: unknown } };

/** Ask for work: as many leases as one wants to hold, those held already included. */
export type ClaimBody = { "count"?: number; "pool"?: string };

export type Command = { "name": string; "command": string; "kind": "command" };

export type Comment = { "id": number; "item": string; "slot": number; "revision": number | null; "anchor": { [name: string]: unknown } | null; "kind": string; "author": number; "author_name": string | null; "body": string; "resolved": boolean; "resolved_by": number | null; "resolved_by_name"?: string | null; "created_at": string; "beginning"?: string | null };

export type CommentBody = { "client_id": string; "body"?: string; "kind"?: string; "anchor"?: Anchor | null };

export type ComparedPage = { "items": (Changed)[]; "next": string | null; "totals": { [name: string]: number }; "links": { [name: string]: string } };

export type Consensus = { "name": string; "title"?: string; "flow"?: "item" | "batch"; "distance"?: number; "kind": "consensus" };

export type Counts = { "read"?: number; "kept"?: number; "edited"?: number; "split"?: number; "merged"?: number; "dropped"?: number; "failed"?: number; "born"?: number };

export type DayDone = { "day": string; "answers": number; "returned": number; "counted_ms": number; "units": number };

export type Decided = { "count"?: number };

export type Delivery = { "id": number; "kind": string; "body": unknown; "state": "pending" | "told" | "given-up"; "attempts": number; "next_at": string | null; "status": number | null; "problem": string; "created_at": string; "told_at": string | null };

export type DeskStage = { "desk": string; "stage": string; "open": number; "held": number; "lease_until": string | null; "returned": number; "assigned": number };

export type DiskView = { "total_bytes": number; "free_bytes": number };

export type Draft = { "slot": number; "pieces": (Piece)[]; "written_at": string; "held": boolean };

export type DraftBody = { "seq": number; "body": unknown; "whole"?: boolean };

export type DraftHead = { "slot": number; "item": string; "stage": string; "seq": number; "bytes": number; "written_at": string; "held": boolean; "state": string };

export type DraftReceipt = { "outcome": "stored" | "known" | "gap" | "full" | "submitted" | "foreign"; "expected": number };

export type DrawBody = { "beacon"?: string };

export type DrawProof = { "seed": string; "commitment": string; "items": (string)[]; "sample": (string)[]; "statement": string; "log_index": number; "proof": string };

export type Edge = { "from": string; "to"?: string; "on"?: string };

export type Exact = { "name": string; "control": string; "field": string; "how"?: "auto" | "number" | "boxed" | "text"; "kind": "exact" };

export type ExactTerms = { "accuracy"?: number; "confidence"?: number; "expected"?: number; "power"?: number; "early"?: boolean; "kind": "exact" };

export type ExplorerView = { "items": (ItemFace)[]; "next": string | null; "count": string | null };

export type ExtraReview = { "percent": number; "seconds"?: number | null; "do": "review" };

export type FieldChange = { "field": string; "left": unknown; "right": unknown };

export type FileView = { "path": string; "bytes": number; "sha256": string; "rows": number | null; "sealed": boolean; "data": boolean };

export type FindingView = { "verifier": string; "passed": boolean | null; "message": string };

export type FinishView = { "likely": string | null; "safe": string | null; "slots_left": number; "assumptions": (string)[]; "why_not": string | null };

export type FromRecipeBody = { "recipe": string; "schema": string; "name"?: string | null; "guideline"?: string; "due_at"?: string | null };

export type FromTemplateBody = { "template": string; "name": string; "language"?: "en" | "zh"; "settings"?: Settings | null; "due_at"?: string | null };

export type Gold = { "rate"?: number; "floor"?: number; "target"?: number; "distance"?: number };

export type GoldBody = { "answers": (GoldItem)[]; "source"?: string };

export type GoldItem = { "item": string; "body": unknown };

export type GoldRemoved = { "items": (string)[] };

export type GoldSet = { "items": number };

export type GoldSource = { "item": string; "body": unknown; "source": string; "updated_at": string; "shown"?: number; "passed"?: number };

export type Grant = { "id": number; "project": number; "person": number | null; "name": string | null; "team": number | null; "roles": (Role)[]; "created_at": string; "expires_at": string | null };

export type GrantBody = { "to": Grantee; "roles": (Role)[]; "expires_at"?: string | null };

export type Grantee = { "person"?: number | null; "login"?: string | null; "team"?: number | null };

export type Graph = { "nodes": (Annotate | Review | Accept | Adjudicate | Consensus | Agent | Router)[]; "edges"?: (Edge)[] };

export type GuidelineBody = { "text": string };

export type GuidelineVersion = { "version": number; "sha256": string; "author": string; "created_at": string };

export type GuidelineView = { "version": number; "text": string };

/** A lease with all that is needed to work on it. */
export type Handed = { "slot": number; "item": string; "slot_no": number; "target": number | null; "stage": "accept" | "adjudicate" | "label" | "review"; "pool": string; "attempt": number; "token": string; "until": string; "schema_version": number; "label_schema": string; "guideline_version": number; "content": unknown | null; "before"?: Before | null };

export type Hook = { "id": number; "project": number | null; "url": string; "events": (string)[]; "state": "active" | "paused" | "failing"; "failing_since": string | null; "created_at": string };

export type HookState = { "state": "active" | "paused" };

export type Hour = { "hour": string; "stage": string; "people": number; "submitted": number; "skipped": number; "accepted": number; "fixed": number; "returned": number; "counted_ms": number };

export type Impact = { "answers": number; "misfits": number; "first": (Misfit)[] };

export type Import = { "id": number; "project": number; "name": string; "settings": { [name: string]: unknown }; "state": "waiting" | "running" | "done" | "failed" | "cancelled"; "error": { [name: string]: unknown } | null; "created_at": string; "ended_at": string | null; "read": number; "added": number; "already": number; "failed": number; "answers": number };

export type ImportBody = { "upload"?: number | null; "folder"?: string | null; "settings"?: ImportSettings };

export type ImportSettings = { "format"?: string; "field"?: string; "encoding"?: string | null; "delimiter"?: string | null; "overlap"?: number | null; "priority"?: number; "errors_max"?: number | null };

export type ImportStarted = { "import_id": number; "job": JobView };

export type ImportView = { "id": number; "name": string; "settings": { [name: string]: unknown }; "state": "waiting" | "running" | "done" | "failed" | "cancelled"; "error": { [name: string]: unknown } | null; "created_at": string; "ended_at": string | null; "read": number; "added": number; "already": number; "failed": number; "answers": number };

export type InteractiveAnswer = { "said": (Said)[]; "labels": ({ [name: string]: unknown })[] };

export type InteractiveBody = { "item": string; "context"?: ({ [name: string]: unknown })[] };

export type Invitation = { "id": number; "email": string | null; "roles": (Role)[]; "project": number | null; "created_by": number | null; "created_at": string; "expires_at": string };

export type InvitationBody = { "roles": (Role)[]; "email"?: string | null; "project"?: number | null; "days"?: number };

export type InvitationMade = { "id": number; "secret": string; "expires_at": string };

export type ItemFace = { "item": string; "state": "new" | "working" | "done" | "void"; "answers": number; "differing": boolean; "gold": boolean; "head": string; "labelers": (number)[]; "labels": { [name: string]: (string)[] }; "waiting_at": (string)[]; "last_at": string | null };

export type ItemRow = { "item": string; "node": string | null; "held": boolean; "batch": number | null; "answer": number | null; "answers": number; "pending": number };

export type ItemView = { "item": string; "node": string | null; "held": boolean; "batch": number | null; "answer": number | null; "data": unknown; "slots": (SlotView)[]; "revisions": ({ [name: string]: unknown })[] };

export type JobCount = { "kind": string; "state": string; "jobs": number; "oldest": string | null };

export type JobLink = { "href": string; "name": string; "bytes": number };

export type JobStarted = { "job": number };

export type JobView = { "id": number; "project": number | null; "kind": string; "state": "waiting" | "running" | "done" | "failed" | "cancelled"; "asked_by": string; "created_at": string; "started_at": string | null; "ended_at": string | null; "attempts": number; "cancelling": boolean; "progress": { [name: string]: unknown }; "result": { [name: string]: unknown } | null; "error": { [name: string]: unknown } | null };

export type JoinBody = { "secret": string; "login": string; "password": string; "name"?: string; "language"?: "en" | "zh" };

export type Judged = { "verdict": "accepted" | "rejected" | "open"; "inspected": number; "wrong": number; "missing": number; "accuracy_bound": number; "confidence": number };

export type LateView = { "id": number; "slot": number; "item": string; "stage": string; "labeler": number; "labeler_kind": string; "body": unknown; "reason": string; "created_at": string };

export type LedgerKeys = { "log_keys": (string)[]; "signer_keys": (string)[] };

/** One level of a pyramid of tiles; the last of them is the image in full size. */
export type Level = { "width": number; "height": number; "columns": number; "rows": number };

export type LineHead = { "line": string; "run": string; "status": string; "stage": string; "started_at": string; "ended_at": string | null; "open_answers": number; "stages": (Stage)[]; "slowest": string | null; "error": { [name: string]: unknown } | null };

export type LineProject = { "id": number; "name": string; "purpose": string; "state": string };

export type LineView = { "picture": RunPicture; "projects": (LineProject)[] };

export type LogEvidence = { "path": string; "proof": string; "index": number; "entry": string; "leaf": string; "hashes": (string)[]; "checkpoint": string };

export type Look = { "sample": number; "accept": number; "alpha": string };

export type Lot = { "id": number; "project": number; "stage": "label" | "adjudicate"; "name": string; "series": string; "parent": number | null; "resumes": boolean; "pick": unknown; "terms": unknown; "plan": unknown; "size": number; "items_root": string; "answers_root": string; "state": "open" | "drawn" | "accepted" | "rejected" | "withdrawn"; "commitment": string | null; "verdict": unknown; "reason": string; "created_by": string; "created_at": string; "drawn_at": string | null; "closed_at": string | null; "stated"?: string | null; "envelope"?: string | null; "log_index"?: number | null };

export type LotLabeler = { "labeler": number; "name": string | null; "items": number; "wrong": number; "returnable": number };

export type LotRequest = { "name": string; "terms": ExactTerms | StandardTerms; "pick"?: Pick; "stage"?: "label" | "adjudicate"; "series"?: string; "parent"?: number | null; "switching"?: boolean; "reduced_allowed"?: boolean; "resume"?: boolean };

export type LotReturn = { "scope": "failing" | "labeler" | "whole"; "reason": string; "labeler"?: number | null };

export type LotView = { "id": number; "name": string; "stage": "label" | "adjudicate"; "series": string; "parent": number | null; "size": number; "terms": unknown; "state": "open" | "drawn" | "accepted" | "rejected" | "withdrawn"; "created_by": string; "created_at": string; "closed_at": string | null };

export type Made = { "id": number };

export type MadeHook = { "hook": Hook; "secret": string };

export type Mark = { "item": string; "wrong": boolean; "reason"?: string | null; "note"?: string };

export type Me = { "person": number | null; "name": string; "login": string; "language": "en" | "zh"; "has_password": boolean; "session": number | null; "token": number | null; "operator": boolean; "places": (Place)[] };

export type Media = { "blob": string; "media_type": string };

/** What is known of one medium; sizes in pixels of the upright image, times in seconds. */
export type MediaFacts = { "state": "failed" | "making" | "ready" | "waiting"; "kind"?: "audio" | "image" | "other" | "video" | null; "media_type"?: string; "bytes"?: number | null; "width"?: number | null; "height"?: number | null; "orientation"?: number | null; "duration"?: number | null; "channels"?: number | null; "sample_rate"?: number | null; "thumbnail"?: string | null; "tiles"?: Tiles | null; "peaks"?: string | null; "spectrogram"?: string | null; "problem"?: MediaProblem | null };

/** Where the bytes of an item can be looked at: `blob:…` as it stands in its content → a path, good for an hour. */
export type MediaLinks = { "links": { [name: string]: string }; "facts": { [name: string]: MediaFacts } };

/** Why nothing, or not all, could be made of a medium. */
export type MediaProblem = { "code": string; "message": string; "message_zh": string };

export type Member = { "person": number; "name": string; "email": string | null; "username": string | null; "state": string; "roles": (Role)[]; "teams": (number)[]; "created_at": string };

export type MemberBody = { "login": string; "roles": (Role)[]; "name"?: string; "language"?: "en" | "zh" };

export type MemberMade = { "person": number; "ticket": string };

export type Misfit = { "item": string; "slot": number; "revision": number; "code": string; "text_en": string; "text_zh": string };

export type ModelFile = { "url": string; "bytes": number; "sha256": string };

export type ModelTitle = { "en": string; "zh": string };

export type ModelView = { "name": string; "title": ModelTitle; "kind": "segment-anything"; "licence": string; "picture": PictureView; "encoder": ModelFile; "decoder": ModelFile };

export type MoveSkill = { "name": string; "by": number; "do": "move_skill" };

export type MyAction = { "id": number; "project": number; "rule": string | null; "act": unknown; "explanation_en": string; "explanation_zh": string; "state": string; "at": string; "until": string | null; "appeal": number | null; "appeal_state": string | null };

export type MyProject = { "id": number; "name": string; "line": string; "state": string; "due_at": string | null; "guideline_version": number; "schema_version": number; "desks": (DeskStage)[]; "drafts": number; "standing": MyStanding | null; "mine": PersonStats | null };

export type MyStanding = { "state": "paused" | "blocked"; "until": string | null; "reason": string };

export type MyWork = { "projects": (MyProject)[]; "more": boolean; "days": (DayDone)[]; "rows": (WorkRow)[]; "actions": (MyAction)[] };

export type NameBody = { "name": string };

export type NewBackend = { "name": string; "url": string; "username"?: string; "password"?: string; "batch"?: number; "seconds"?: number; "interactive"?: boolean; "notify"?: boolean };

export type NewHook = { "url": string; "events": (string)[]; "project"?: number | null };

export type NewPasswordBody = { "new": string; "old"?: string | null };

export type NewProjectBody = { "name": string; "schema": string; "guideline"?: string; "settings"?: Settings | null; "due_at"?: string | null };

export type NewUpload = { "bytes": number; "name"?: string; "sha256"?: string | null };

export type NodeProgress = { "stage": string; "pool": string; "open": number; "submitted": number; "skipped": number; "void": number; "returned": number; "seconds_per_answer": number | null; "days_left": number | null };

export type Notice = { "id": number; "organisation": number; "project": number | null; "project_name": string; "kind": "returned" | "commented" | "answered" | "resolved" | "action" | "appeal" | "late" | "rule" | "rule_decided" | "invitation" | "job"; "facts": { [name: string]: unknown }; "at": string; "read": boolean };

export type NoticePage = { "items": (Notice)[]; "next": string | null; "unread": number; "more": boolean };

export type Offer = { "id": number; "organisation": number; "organisation_name": string; "organisation_name_zh": string; "email": string | null; "roles": (Role)[]; "project": number | null; "expires_at": string };

export type Organisation = { "id": number; "slug": string; "name": string; "name_zh": string; "kind": "provider" | "processor" | "client" | "operator" | "regulator"; "created_at": string };

export type OrganisationBody = { "slug": string; "name": string; "kind": "provider" | "processor" | "client" | "operator" | "regulator"; "name_zh"?: string };

export type OrganisationMade = { "id": number; "invitation": string; "expires_at": string };

export type OrganisationNames = { "name": string; "name_zh"?: string };

export type Override = { "reason": string; "act": Pause | Block | Reopen | ExtraReview | StopGold };

export type PageOfGrant = { "items": (Grant)[]; "next"?: string | null };

export type PageOfInvitation = { "items": (Invitation)[]; "next"?: string | null };

export type PageOfRule = { "items": (AccessIsolationRule)[]; "next"?: string | null };

export type PageOfMember = { "items": (Member)[]; "next"?: string | null };

export type PageOfOrganisation = { "items": (Organisation)[]; "next"?: string | null };

export type PageOfToken = { "items": (Token)[]; "next"?: string | null };

export type PageOfPersonStats = { "items": (PersonStats)[]; "next"?: string | null };

export type PageOfProjectSummary = { "items": (ProjectSummary)[]; "next"?: string | null };

export type PageOfComment = { "items": (Comment)[]; "next"?: string | null };

export type PageOfDraftHead = { "items": (DraftHead)[]; "next"?: string | null };

export type PageOfBatch = { "items": (Batch)[]; "next"?: string | null };

export type PageOfItemRow = { "items": (ItemRow)[]; "next"?: string | null };

export type PageOfGuidelineVersion = { "items": (GuidelineVersion)[]; "next"?: string | null };

export type PageOfSchemaVersion = { "items": (SchemaVersion)[]; "next"?: string | null };

export type PageOfDelivery = { "items": (Delivery)[]; "next"?: string | null };

export type PageOfHook = { "items": (Hook)[]; "next"?: string | null };

export type PageOfPredictionError = { "items": (PredictionError)[]; "next"?: string | null };

export type PageOfPredictionRow = { "items": (PredictionRow)[]; "next"?: string | null };

export type PageOfActionRow = { "items": (ActionRow)[]; "next"?: string | null };

export type PageOfAppeal = { "items": (Appeal)[]; "next"?: string | null };

export type PageOfRuleSet = { "items": (RuleSet)[]; "next"?: string | null };

export type PageOfSkill = { "items": (Skill)[]; "next"?: string | null };

export type PageOfWorkRow = { "items": (WorkRow)[]; "next"?: string | null };

export type PageOfVersionRow = { "items": (VersionRow)[]; "next"?: string | null };

export type PageOfStatementFacts = { "items": (StatementFacts)[]; "next"?: string | null };

export type PageOfLineHead = { "items": (LineHead)[]; "next"?: string | null };

export type PageOfQuarantineRow = { "items": (QuarantineRow)[]; "next"?: string | null };

export type PageOfAuditLine = { "items": (AuditLine)[]; "next"?: string | null };

export type PageOfPersonName = { "items": (PersonName)[]; "next"?: string | null };

export type PageOfImportView = { "items": (ImportView)[]; "next"?: string | null };

export type PageOfJobView = { "items": (JobView)[]; "next"?: string | null };

export type PageOfRowErrorView = { "items": (RowErrorView)[]; "next"?: string | null };

export type PageOfUploadView = { "items": (UploadView)[]; "next"?: string | null };

export type PageOfLotView = { "items": (LotView)[]; "next"?: string | null };

export type PageOfSampleView = { "items": (SampleView)[]; "next"?: string | null };

export type PageOfGoldSource = { "items": (GoldSource)[]; "next"?: string | null };

export type PageOfProjectView = { "items": (ProjectView)[]; "next"?: string | null };

export type PageOfStuckItem = { "items": (StuckItem)[]; "next"?: string | null };

export type PageOfFileView = { "items": (FileView)[]; "next"?: string | null };

export type PageOfReleaseHead = { "items": (ReleaseHead)[]; "next"?: string | null };

export type PageOfLateView = { "items": (LateView)[]; "next"?: string | null };

export type PageOfTrouble = { "items": (Trouble)[]; "next"?: string | null };

export type PageOfTemplateHead = { "items": (TemplateHead)[]; "next"?: string | null };

export type PageOfRecordView = { "items": (RecordView)[]; "next"?: string | null };

export type Pause = { "seconds"?: number | null; "training"?: string | null; "level"?: number; "do": "pause" };

export type PersonName = { "person": number; "name": string };

export type PersonStats = { "labeler": number; "name": string; "kind": "person" | "simulated" | "machine" | "imported"; "answers": number; "reviews": number; "units": number; "counted_hours": number; "raw_hours": number; "answers_an_hour": number | null; "returned_share": number | null; "gold_answers": number; "gold_accuracy": number | null; "assisted_answers": number; "kept_share": number | null; "skipped": number; "late": number; "last_at": string };

export type Pick = { "items"?: (string)[] | null; "batch"?: number | null; "labeler"?: number | null; "since"?: string | null; "until"?: string | null; "limit"?: number | null };

export type PictureView = { "side": number; "mean": [number, number, number]; "std": [number, number, number]; "channels": "rgb" | "bgr"; "layout": "nchw" | "nhwc" | "chw" | "hwc"; "padded": boolean };

export type Piece = { "seq": number; "body": unknown; "whole"?: boolean };

export type Place = { "id": number; "slug": string; "name": string; "name_zh": string; "kind": string; "roles": (Role)[]; "project_roles": { [name: string]: (Role)[] } };

export type Plan = { "lot": number; "looks": (Look)[]; "letter"?: string; "severity"?: string };

export type PredictBody = { "items": (string)[] };

export type PredictReport = { "asked"?: number; "predicted"?: number; "failed"?: number; "model_version"?: string };

export type Prediction = { "item": string; "labeler": number; "model_version": string; "score": number | null; "body": { [name: string]: unknown }; "created_at": string };

export type PredictionError = { "item": string; "code": string; "reason": string; "raw"?: string; "id"?: number; "backend"?: number | null; "created_at"?: string | null };

export type PredictionRow = { "id": number; "item": string; "labeler": number; "labeler_name": string; "model_version": string; "score": number | null; "body": { [name: string]: unknown }; "created_at": string };

export type PrelabelBody = { "limit"?: number };

export type Preview = { "plan": Plan; "accept": number; "reject": number; "sample": number; "risks": Risks };

export type PreviewBody = { "terms": ExactTerms | StandardTerms; "size": number };

/** RFC 9457 problem details. */
export type Problem = { "type": string; "code": string; "title": string; "hint"?: string; "status": number; "request_id": string; "facts"?: { [name: string]: string | number | boolean }; "errors"?: ({ "in": string; "field": string; "reason": string })[] };

export type ProfileBody = { "name": string; "language": "en" | "zh" };

export type ProgressView = { "nodes": (NodeProgress)[] };

export type ProjectChange = { "name"?: string; "settings"?: Settings; "due_at"?: string | null };

export type ProjectSummary = { "id": number; "name": string; "line": string; "purpose": string; "state": string; "due_at": string | null; "created_at": string; "slots_open": number; "slots_done": number; "done_share": number | null };

export type ProjectView = { "id": number; "name": string; "line": string; "purpose": string; "state": "open" | "paused" | "draining" | "closed"; "label_schema": string; "schema_version": number; "guideline_version": number; "graph": Graph | null; "description": string; "lease_seconds": number; "due_at": string | null; "created_at": string };

export type ProviderView = { "slug": string; "name": string };

export type QuarantineRow = { "id": string; "source": string; "key": string; "step": number; "op": string; "code": string; "message": string; "excerpt": string; "binary": boolean };

export type ReadBody = { "until": number };

export type ReaderLag = { "name": string; "events": number; "oldest": string | null };

export type Readiness = { "status"?: "ready"; "checks": { [name: string]: string } };

/** What became of an answer: a revision, or, when the lease was lost, an orphan that a lead decides on. */
export type Receipt = { "accepted": boolean; "revision"?: number | null; "orphan"?: number | null; "reason"?: string | null };

export type RecordView = { "id": string; "modality": string; "text": string | null; "cut": boolean; "link": string | null; "media_type": string; "bytes": number; "width": number | null; "height": number | null; "source": string; "key": string; "license": string; "meta": { [name: string]: unknown }; "labels": { [name: string]: unknown } | null; "decided_by": string | null; "labeler_kind": string | null; "confidence": number | null };

/** Give a lease back unanswered. */
export type ReleaseBody = { "slot": number; "token": string };

export type ReleaseHead = { "id": number; "name": string; "version": string; "root": string; "version_root": string; "line": string; "run": string; "rows": number; "files": number; "bytes": number; "certified": boolean | null; "simulated": boolean; "created_at": string };

export type ReleaseProofs = { "root": string; "record_root": string; "manifest": string | null; "manifest_sha256": string; "seal": string | null; "seal_root": string | null; "statements": (StatementFacts)[]; "log_keys": (string)[]; "signer_keys": (string)[]; "checkpoint": string };

export type ReleaseReport = { "readings": ({ [name: string]: unknown })[]; "counts": { [name: string]: unknown }; "reasons"?: { [name: string]: [string, string] }; "labels": { [name: string]: unknown } | null; "versions": { [name: string]: string }; "certificate": CertificateFacts | null; "audits": ({ [name: string]: unknown })[] };

export type ReleaseView = { "id": number; "name": string; "version": string; "root": string; "version_root": string; "line": string; "run": string; "rows": number; "files": number; "bytes": number; "certified": boolean | null; "simulated": boolean; "created_at": string; "record_root": string; "card": string; "statements": (StatementFacts)[]; "certificate": CertificateFacts | null; "has_report": boolean };

/** Whether the lease was still held. */
export type Released = { "released": boolean };

/** The slots whose leases one holds, all of them renewed, and for how long. */
export type Renewed = { "slots": (number)[]; "seconds": number };

export type Reopen = { "do": "reopen" };

export type ResolveBody = { "resolved"?: boolean };

export type Review = { "name": string; "title"?: string; "flow"?: "item" | "batch"; "skills"?: { [name: string]: number }; "kind": "review" };

export type Risks = { "good_share": number; "reject_good": number; "bad_share": number; "accept_bad": number; "consumer_share": number; "curve": ([number, number])[] };

/** What a person is in an organisation or in one project; several at once are usual. */
export type Role = "owner" | "manager" | "annotator" | "reviewer" | "inspector" | "client" | "auditor";

export type RolesBody = { "roles": (Role)[] };

export type Router = { "name": string; "title"?: string; "flow"?: "item" | "batch"; "branches": (Branch)[]; "kind": "router" };

export type RowErrorView = { "row": number; "line": number; "place": string; "code": string; "message": string; "excerpt": string };

export type RuleSet = { "version": number; "rules": (AnnotateQualityModelRule)[]; "author"?: string; "created_at"?: string | null };

export type RulesBody = { "rules": (unknown)[] };

export type Ruling = { "overturn": boolean; "note"?: string };

export type RunPicture = { "line": string; "run": string; "status": string; "stage": string; "started_at": string; "ended_at": string | null; "open_answers": number; "stages": (Stage)[]; "slowest": string | null; "error": { [name: string]: unknown } | null; "sources": (SourceAccount)[]; "steps": (StepCounts)[]; "reasons": { [name: string]: [string, string] }; "versions": { [name: string]: string }; "labels": { [name: string]: unknown } | null; "quarantined": number; "recipe": string | null; "has_report": boolean };

export type Said = { "result": (unknown)[]; "score"?: number | null; "model_version"?: string };

export type SampleView = { "item": string; "rank": number; "content": unknown; "answers": (unknown)[]; "wrong": boolean | null; "reason": string | null; "note": string; "inspected_at": string | null };

export type SchemaBody = { "schema": string; "dry_run"?: boolean };

export type SchemaChanged = { "version": SchemaVersion | null; "impact": Impact };

export type SchemaCheckBody = { "text"?: string | null; "data"?: { [name: string]: unknown } | null; "format"?: "auto" | "yaml" | "json" | "label-studio"; "record"?: { [name: string]: unknown } | null; "answer"?: { [name: string]: unknown } | null };

export type SchemaChecked = { "valid": boolean; "schema"?: { [name: string]: unknown } | null; "sha256"?: string | null; "text"?: string | null; "losses"?: (SchemaLoss)[]; "problem"?: SchemaProblem | null; "answer"?: { [name: string]: unknown } | null; "answer_problem"?: SchemaProblem | null };

export type SchemaLoss = { "code": string; "line": number; "tag": string; "name": string; "title": string };

export type SchemaProblem = { "code": string; "title": string; "hint": string; "line": number | null; "place": string | null; "facts": { [name: string]: unknown } };

export type SchemaVersion = { "version": number; "sha256": string; "config": string | null; "author": string; "created_at": string };

export type SchemaView = { "version": number; "sha256": string; "schema": { [name: string]: unknown } };

export type SecretBody = { "secret": string };

export type Session = { "id": number; "way": "password" | "ticket" | "oidc" | "invitation"; "agent": string; "address": string; "created_at": string; "used_at": string; "expires_at": string };

export type SetSkill = { "name": string; "level"?: number | null; "do": "set_skill" };

export type SetUpBody = { "ticket": string; "organisation": string; "name": string; "email": string; "password": string; "language"?: "en" | "zh" };

export type SetUpState = { "open": boolean };

export type Settings = { "graph"?: Graph | null; "gold"?: Gold | null; "lease_seconds"?: number; "description"?: string; "hidden_fields"?: (string)[]; "verifiers"?: (Exact | Command)[] };

export type SettleBody = { "adopt": boolean };

export type Settled = { "id": number; "settled": "adopted" | "dismissed" };

export type SignInBody = { "login": string; "password": string };

export type SignedInView = { "person": number; "expires_at": string };

export type Skill = { "labeler": number; "labeler_name": string; "name": string; "level": number; "updated_at": string };

export type SkillBody = { "level": number };

/** Pass an item on to somebody else, with one of the reasons there are. */
export type SkipBody = { "slot": number; "token": string; "reason": string };

/** The slot that was opened for somebody else. */
export type Skipped = { "replacement": number };

export type SlotMedia = { "slots": { [name: string]: (string)[] }; "links": { [name: string]: string }; "facts": { [name: string]: MediaFacts } };

export type SlotView = { "id": number; "stage": string; "pool": string; "slot_no": number; "state": string; "target": number | null; "attempt": number; "rework_of": number | null; "labeler": number | null; "labeler_name": string | null; "prefer_worker": number | null; "priority": number; "reason": string | null; "leased_at": string | null; "lease_until": string | null };

export type SlotsBody = { "slots": (number)[] };

export type SnapshotBody = { "format": string; "include"?: "answered" | "all"; "answers"?: "chosen"; "options"?: { [name: string]: unknown } };

export type SourceAccount = { "name": string; "connector": { [name: string]: unknown }; "license": string; "basis": string; "grade": string; "units": number; "records": number; "failed": number };

export type Stage = { "stage": string; "status": string; "op": string; "records_in": number | null; "records_out": number | null; "counts": { [name: string]: unknown }; "root": string | null; "started_at": string | null; "ended_at": string | null; "seconds": number | null; "records_per_second": number | null };

export type StandardTerms = { "aql"?: string; "level"?: string; "severity"?: "normal" | "tightened" | "reduced"; "bad_share"?: number; "kind": "standard" };

export type Standing = { "lot": Lot; "preview": Preview; "judged": Judged | null; "returned": number };

export type StartBody = { "invitation"?: string | null };

export type Started = { "url": string };

export type StateBody = { "blocked": boolean };

export type StatementFacts = { "name": string; "path": string; "sha256": string; "envelope": string; "payload_type": string; "predicate_type": string; "subjects": ({ [name: string]: unknown })[]; "predicate": { [name: string]: unknown }; "keyids": (string)[]; "log": LogEvidence | null };

export type StepCounts = { "step": number; "op": string; "counts": Counts; "reasons"?: { [name: string]: number } };

export type StopGold = { "seconds"?: number | null; "do": "stop_gold" };

export type Story = { "id": string; "line": string; "run": string; "record": { [name: string]: unknown } | null; "steps": (StoryStep)[]; "ended": string; "labels"?: { [name: string]: unknown } | null; "parents"?: (string)[] };

export type StoryStep = { "step": number; "op": string; "verdict": string; "reason"?: string; "detail"?: string; "related"?: (string)[] };

export type StuckItem = { "item": string; "error": string; "at": string };

export type StudioOpened = { "project": ProjectView; "losses": (string)[]; "losses_zh": (string)[]; "tasks"?: Import | null; "job"?: number | null };

export type StudioProjectBody = { "name": string; "config": string; "settings"?: Settings | null; "guideline"?: string; "tasks"?: ({ [name: string]: unknown })[]; "upload"?: number | null };

/** An answer, and how many leases one wants to hold afterwards. */
export type SubmitBody = { "slot": number; "token": string; "labels": unknown; "client_id": string; "activity"?: unknown; "guideline_version"?: number | null; "next"?: number; "pool"?: string };

export type SystemHealth = { "status": string; "version": string; "checks": { [name: string]: string }; "disk": DiskView; "database_bytes": number | null; "connections": number | null; "readers": (ReaderLag)[]; "jobs": (JobCount)[]; "duties": { [name: string]: { [name: string]: number } }; "in_flight": number; "draining": boolean };

export type Team = { "id": number; "name": string; "people": (number)[]; "leaders": (number)[] };

export type TeamBody = { "people": (number)[]; "leaders"?: (number)[] };

export type TellLead = { "do": "tell_lead" };

export type TellWorker = { "do": "tell_worker" };

export type TemplateHead = { "name": string; "modality": string; "title": Title; "description": Title; "types": (string)[] };

export type TemplateView = { "name": string; "modality": string; "title": Title; "description": Title; "types": (string)[]; "guideline": Title; "text": string; "schema": { [name: string]: unknown }; "sha256": string; "record": { [name: string]: unknown }; "answer": { [name: string]: unknown } };

export type Thumbnail = { "reference": string; "state": "waiting" | "making" | "ready" | "failed"; "kind"?: "image" | "audio" | "video" | "other" | null; "link"?: string | null; "width"?: number | null; "height"?: number | null; "duration"?: number | null };

export type Thumbnails = { "items": { [name: string]: Thumbnail } };

export type ThumbnailsBody = { "items": (string)[] };

export type TicketMade = { "ticket": string };

/** A pyramid of tiles: put level, x (column) and y (row) into `template`. The last level is the image in full size. */
export type Tiles = { "tile_size": number; "levels": (Level)[]; "template": string };

export type Title = { "en"?: string; "zh"?: string };

export type Token = { "id": number; "name": string; "ending": string; "person": number; "scopes": (string)[]; "project": number | null; "created_at": string; "expires_at": string; "used_at": string | null; "revoked_at": string | null };

export type TokenBody = { "name": string; "scopes": (string)[]; "days"?: number; "project"?: number | null };

export type TokenMade = { "id": number; "secret": string; "expires_at": string };

export type Trouble = { "item": string; "place": number; "number": number | null; "state": string; "problems": ({ [name: string]: unknown })[] };

export type UnitBody = { "unit": "item" | "region" | "character" | "media_second" };

export type Unread = { "unread": number; "more": boolean };

export type UploadView = { "id": number; "name": string; "bytes": number; "received": number; "sha256": string | null; "state": "open" | "complete" | "failed" | "expired"; "created_at": string; "expires_at": string };

export type VerdictAnswer = { "slot": number; "receipt"?: Receipt | null; "problem"?: { [name: string]: unknown } | null };

export type VerdictBody = { "slot": number; "token": string; "client_id": string; "verdict": "accept" | "fix" | "return"; "labels"?: unknown; "base"?: number | null; "reason"?: string | null; "note"?: string; "comments"?: (CommentBody)[] };

export type Verdicts = { "verdicts": (VerdictBody)[] };

export type Version = { "name": string; "number": number; "root": string; "manifest": string; "rows": number; "run_id": string | null; "created_at": string; "parents": (string)[] };

export type VersionRow = { "id": number; "name": string; "number": number; "root": string; "rows": number; "run_id": string | null; "created_at": string; "parents": (string)[] };

export type VersionView = { "version": Version; "id": number; "shards": number; "bytes": number; "labelled": boolean; "label_schema": { [name: string]: unknown } | null; "columns": ([string, string])[]; "children": (VersionRow)[] };

export type Wish = { "project"?: number | null; "organisations"?: (number)[] | null; "people"?: (number)[]; "networks"?: (string)[]; "view_only"?: boolean; "until"?: string | null; "note"?: string };

export type WithdrawBody = { "reason": string };

/** What became of the answer, and the leases one holds now, with their content. */
export type WorkAnswer = { "receipt": Receipt | null; "leases": (Handed)[]; "label_schema": string; "guideline": string | null; "refused": "blocked" | "paused" | "project-closed" | "project-paused" | "skill" | null; "retry_seconds": number | null };

export type WorkRow = { "id": number; "project": number; "stage": string; "pool": string; "slot": number; "revision": number | null; "labeler": number; "verdict": "submitted" | "revised" | "orphan-adopted" | "skipped" | "late" | "accepted" | "fixed" | "returned" | "void"; "at": string; "counted_ms": number | null; "raw_ms": number; "time_rule": string | null; "unit": "item" | "region" | "character" | "media_second"; "units": number; "price_rule": number | null; "corrects": number | null; "note": string };

export type AccessIsolationRule = { "id": number; "project": number | null; "organisations": (number)[] | null; "people": (number)[]; "networks": (string)[]; "view_only": boolean; "until": string | null; "note": string; "state": "proposed" | "approved" | "refused" | "replaced"; "proposed_by": number | null; "proposed_at": string; "decided_by": number | null; "decided_at": string | null };

export type AnnotateBackendModelHealth = { "up": boolean; "model_class"?: string; "model_version"?: string; "reason"?: string; "reason_zh"?: string };

export type AnnotateDiscussServiceReturned = { "slot": number; "answer": unknown; "reason": string | null; "note": string; "reviewer": number | null; "at": string | null; "comments"?: (Comment)[] };

export type AnnotateQualityModelRule = { "name": string; "collector": "gold" | "agreement" | "consensus" | "returns" | "speed" | "repeats" | "copies" | "skips" | "lateness"; "conditions": (QualityModelCondition | unknown)[]; "actions": (SetSkill | MoveSkill | Pause | Block | Reopen | ExtraReview | StopGold | TellLead | TellWorker | unknown)[]; "window"?: number; "least"?: number; "distance"?: number; "cooldown_seconds"?: number; "enabled"?: boolean; "note"?: string };

export type FlowModelCondition = { "fact": "agreement" | "gold" | "skill" | "attempt" | "opinions"; "skill"?: string; "below"?: number | null; "above"?: number | null };

export type QualityModelCondition = { "measure": string; "below"?: number | null; "above"?: number | null };

export type ServerRoutesSystemHealth = { "status"?: "alive"; "version": string };

export type ServerWireLotsReturned = { "returned": number };

export interface Operations {
  "POST /api/v1/invitations/accept": { body: AcceptBody; answer: Accepted };
  "POST /api/v1/invitations/join": { body: JoinBody; answer: SignedInView };
  "POST /api/v1/invitations/offer": { body: SecretBody; answer: Offer };
  "GET /api/v1/ledger/keys": { answer: LedgerKeys };
  "GET /api/v1/me": { answer: Me };
  "PATCH /api/v1/me": { body: ProfileBody; answer: Decided };
  "GET /api/v1/me/events": { answer: undefined };
  "GET /api/v1/me/notices": { query: { "limit"?: number; "after"?: string | null }; answer: NoticePage };
  "POST /api/v1/me/notices/read": { body: ReadBody; answer: Unread };
  "POST /api/v1/me/oidc/{slug}": { path: { "slug": string }; answer: Started };
  "PUT /api/v1/me/password": { body: NewPasswordBody; answer: Decided };
  "GET /api/v1/me/sessions": { answer: (Session)[] };
  "DELETE /api/v1/me/sessions": { answer: Decided };
  "DELETE /api/v1/me/sessions/{session}": { path: { "session": number }; answer: Decided };
  "GET /api/v1/media/{link}": { path: { "link": string }; answer: unknown };
  "GET /api/v1/media/{link}/{level}/{tile}": { path: { "link": string; "level": number; "tile": string }; answer: string };
  "GET /api/v1/models": { answer: (ModelView)[] };
  "GET /api/v1/models/files/{sha256}": { path: { "sha256": string }; answer: unknown };
  "GET /api/v1/organisations": { query: { "limit"?: number; "after"?: string | null }; answer: PageOfOrganisation };
  "POST /api/v1/organisations": { body: OrganisationBody; answer: OrganisationMade };
  "GET /api/v1/orgs/{org}": { path: { "org": number }; answer: Organisation };
  "PATCH /api/v1/orgs/{org}": { path: { "org": number }; body: OrganisationNames; answer: Decided };
  "GET /api/v1/orgs/{org}/audit": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfAuditLine };
  "GET /api/v1/orgs/{org}/audit/{line}/proof": { path: { "org": number; "line": number }; answer: AuditProof };
  "GET /api/v1/orgs/{org}/hooks": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfHook };
  "POST /api/v1/orgs/{org}/hooks": { path: { "org": number }; body: NewHook; answer: MadeHook };
  "PATCH /api/v1/orgs/{org}/hooks/{hook}": { path: { "org": number; "hook": number }; body: HookState; answer: Hook };
  "DELETE /api/v1/orgs/{org}/hooks/{hook}": { path: { "org": number; "hook": number }; answer: undefined };
  "GET /api/v1/orgs/{org}/hooks/{hook}/deliveries": { path: { "org": number; "hook": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfDelivery };
  "POST /api/v1/orgs/{org}/hooks/{hook}/deliveries/{delivery}/again": { path: { "org": number; "hook": number; "delivery": number }; answer: undefined };
  "GET /api/v1/orgs/{org}/invitations": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfInvitation };
  "POST /api/v1/orgs/{org}/invitations": { path: { "org": number }; body: InvitationBody; answer: InvitationMade };
  "DELETE /api/v1/orgs/{org}/invitations/{invitation}": { path: { "org": number; "invitation": number }; answer: Decided };
  "GET /api/v1/orgs/{org}/isolation": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfRule };
  "POST /api/v1/orgs/{org}/isolation": { path: { "org": number }; body: Wish; answer: Made };
  "POST /api/v1/orgs/{org}/isolation/{rule}/approve": { path: { "org": number; "rule": number }; answer: Decided };
  "POST /api/v1/orgs/{org}/isolation/{rule}/refuse": { path: { "org": number; "rule": number }; answer: Decided };
  "GET /api/v1/orgs/{org}/labelers/{labeler}/work-rows": { path: { "org": number; "labeler": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfWorkRow };
  "POST /api/v1/orgs/{org}/leave": { path: { "org": number }; answer: Decided };
  "GET /api/v1/orgs/{org}/lines": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfLineHead };
  "GET /api/v1/orgs/{org}/lines/{line}": { path: { "org": number; "line": string }; answer: LineView };
  "GET /api/v1/orgs/{org}/lines/{line}/quarantine": { path: { "org": number; "line": string }; query: { "limit"?: number; "after"?: string | null; "run"?: string | null }; answer: PageOfQuarantineRow };
  "GET /api/v1/orgs/{org}/lines/{line}/records/{record}": { path: { "org": number; "line": string; "record": string }; answer: Story };
  "GET /api/v1/orgs/{org}/lines/{line}/runs": { path: { "org": number; "line": string }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfLineHead };
  "GET /api/v1/orgs/{org}/lines/{line}/runs/{run}": { path: { "org": number; "line": string; "run": string }; answer: RunPicture };
  "GET /api/v1/orgs/{org}/lines/{line}/runs/{run}/report.html": { path: { "org": number; "line": string; "run": string }; answer: string };
  "GET /api/v1/orgs/{org}/me/work": { path: { "org": number }; answer: MyWork };
  "GET /api/v1/orgs/{org}/members": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfMember };
  "POST /api/v1/orgs/{org}/members": { path: { "org": number }; body: MemberBody; answer: MemberMade };
  "DELETE /api/v1/orgs/{org}/members/{person}": { path: { "org": number; "person": number }; answer: Decided };
  "PUT /api/v1/orgs/{org}/members/{person}/roles": { path: { "org": number; "person": number }; body: RolesBody; answer: Decided };
  "GET /api/v1/orgs/{org}/progress": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfProjectSummary };
  "GET /api/v1/orgs/{org}/projects": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfProjectView };
  "POST /api/v1/orgs/{org}/projects": { path: { "org": number }; body: NewProjectBody; answer: ProjectView };
  "POST /api/v1/orgs/{org}/projects/from-recipe": { path: { "org": number }; body: FromRecipeBody; answer: ProjectView };
  "POST /api/v1/orgs/{org}/projects/from-template": { path: { "org": number }; body: FromTemplateBody; answer: ProjectView };
  "GET /api/v1/orgs/{org}/projects/{project}": { path: { "org": number; "project": number }; answer: ProjectView };
  "PATCH /api/v1/orgs/{org}/projects/{project}": { path: { "org": number; "project": number }; body: ProjectChange; answer: ProjectView };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/claim": { path: { "org": number; "project": number }; body: ClaimBody; answer: WorkAnswer };
  "GET /api/v1/orgs/{org}/projects/{project}/acceptances/comments": { path: { "org": number; "project": number }; query: { "item": string }; answer: PageOfComment };
  "GET /api/v1/orgs/{org}/projects/{project}/acceptances/comments/all": { path: { "org": number; "project": number }; query: { "resolved"?: boolean; "limit"?: number; "after"?: string | null }; answer: PageOfComment };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/comments/{comment}/resolve": { path: { "org": number; "project": number; "comment": number }; body: ResolveBody; answer: Comment };
  "GET /api/v1/orgs/{org}/projects/{project}/acceptances/drafts": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfDraftHead };
  "GET /api/v1/orgs/{org}/projects/{project}/acceptances/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: Draft };
  "PUT /api/v1/orgs/{org}/projects/{project}/acceptances/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; body: DraftBody; answer: DraftReceipt };
  "DELETE /api/v1/orgs/{org}/projects/{project}/acceptances/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: undefined };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/media": { path: { "org": number; "project": number }; body: SlotsBody; answer: SlotMedia };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/release": { path: { "org": number; "project": number }; body: ReleaseBody; answer: Released };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/renew": { path: { "org": number; "project": number }; answer: Renewed };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/skip": { path: { "org": number; "project": number }; body: SkipBody; answer: Skipped };
  "GET /api/v1/orgs/{org}/projects/{project}/acceptances/slots/{slot}/candidates": { path: { "org": number; "project": number; "slot": number }; answer: (Candidate)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/slots/{slot}/comments": { path: { "org": number; "project": number; "slot": number }; body: CommentBody; answer: Comment };
  "GET /api/v1/orgs/{org}/projects/{project}/acceptances/slots/{slot}/media": { path: { "org": number; "project": number; "slot": number }; answer: MediaLinks };
  "POST /api/v1/orgs/{org}/projects/{project}/acceptances/verdicts": { path: { "org": number; "project": number }; body: Verdicts; answer: (VerdictAnswer)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/adjudications/claim": { path: { "org": number; "project": number }; body: ClaimBody; answer: WorkAnswer };
  "GET /api/v1/orgs/{org}/projects/{project}/adjudications/drafts": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfDraftHead };
  "GET /api/v1/orgs/{org}/projects/{project}/adjudications/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: Draft };
  "PUT /api/v1/orgs/{org}/projects/{project}/adjudications/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; body: DraftBody; answer: DraftReceipt };
  "DELETE /api/v1/orgs/{org}/projects/{project}/adjudications/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: undefined };
  "POST /api/v1/orgs/{org}/projects/{project}/adjudications/media": { path: { "org": number; "project": number }; body: SlotsBody; answer: SlotMedia };
  "POST /api/v1/orgs/{org}/projects/{project}/adjudications/release": { path: { "org": number; "project": number }; body: ReleaseBody; answer: Released };
  "POST /api/v1/orgs/{org}/projects/{project}/adjudications/renew": { path: { "org": number; "project": number }; answer: Renewed };
  "POST /api/v1/orgs/{org}/projects/{project}/adjudications/skip": { path: { "org": number; "project": number }; body: SkipBody; answer: Skipped };
  "GET /api/v1/orgs/{org}/projects/{project}/adjudications/slots/{slot}/candidates": { path: { "org": number; "project": number; "slot": number }; answer: (Candidate)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/adjudications/slots/{slot}/check": { path: { "org": number; "project": number; "slot": number }; body: CheckBody; answer: (FindingView)[] };
  "GET /api/v1/orgs/{org}/projects/{project}/adjudications/slots/{slot}/media": { path: { "org": number; "project": number; "slot": number }; answer: MediaLinks };
  "POST /api/v1/orgs/{org}/projects/{project}/adjudications/submit": { path: { "org": number; "project": number }; body: SubmitBody; answer: WorkAnswer };
  "POST /api/v1/orgs/{org}/projects/{project}/assignments": { path: { "org": number; "project": number }; body: AssignBody; answer: Assigned };
  "GET /api/v1/orgs/{org}/projects/{project}/audit": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfAuditLine };
  "GET /api/v1/orgs/{org}/projects/{project}/backends": { path: { "org": number; "project": number }; answer: (Backend)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/backends": { path: { "org": number; "project": number }; body: NewBackend; answer: Backend };
  "GET /api/v1/orgs/{org}/projects/{project}/backends/{backend}": { path: { "org": number; "project": number; "backend": number }; answer: Backend };
  "PATCH /api/v1/orgs/{org}/projects/{project}/backends/{backend}": { path: { "org": number; "project": number; "backend": number }; body: BackendChange; answer: Backend };
  "DELETE /api/v1/orgs/{org}/projects/{project}/backends/{backend}": { path: { "org": number; "project": number; "backend": number }; answer: undefined };
  "POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/interactive": { path: { "project": number; "backend": number; "org": number }; body: InteractiveBody; answer: InteractiveAnswer };
  "POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/predict": { path: { "project": number; "backend": number; "org": number }; body: PredictBody; answer: PredictReport };
  "POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/prelabel": { path: { "project": number; "backend": number; "org": number }; body: PrelabelBody; answer: JobStarted };
  "POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/test": { path: { "project": number; "backend": number; "org": number }; answer: AnnotateBackendModelHealth };
  "POST /api/v1/orgs/{org}/projects/{project}/backends/{backend}/train": { path: { "org": number; "project": number; "backend": number }; answer: undefined };
  "GET /api/v1/orgs/{org}/projects/{project}/batches": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfBatch };
  "POST /api/v1/orgs/{org}/projects/{project}/batches": { path: { "org": number; "project": number }; body: BatchBody; answer: Batch };
  "PATCH /api/v1/orgs/{org}/projects/{project}/batches/{batch}": { path: { "org": number; "project": number; "batch": number }; body: BatchChange; answer: Batch };
  "PUT /api/v1/orgs/{org}/projects/{project}/batches/{batch}/items": { path: { "org": number; "project": number; "batch": number }; body: BatchItems; answer: GoldSet };
  "GET /api/v1/orgs/{org}/projects/{project}/charts": { path: { "org": number; "project": number }; query: { "days"?: number; "labeler"?: number | null }; answer: Charts };
  "POST /api/v1/orgs/{org}/projects/{project}/close": { path: { "org": number; "project": number }; answer: ProjectView };
  "GET /api/v1/orgs/{org}/projects/{project}/dashboard": { path: { "org": number; "project": number }; answer: BoardView };
  "POST /api/v1/orgs/{org}/projects/{project}/drain": { path: { "org": number; "project": number }; answer: ProjectView };
  "GET /api/v1/orgs/{org}/projects/{project}/events": { path: { "org": number; "project": number }; answer: undefined };
  "GET /api/v1/orgs/{org}/projects/{project}/explorer": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null; "status"?: "new" | "working" | "done" | "void" | null; "node"?: string | null; "labeler"?: number | null; "control"?: string | null; "value"?: string | null; "since"?: string | null; "until"?: string | null; "prefix"?: string | null; "differing"?: boolean; "gold"?: boolean; "newest"?: boolean }; answer: ExplorerView };
  "GET /api/v1/orgs/{org}/projects/{project}/export": { path: { "org": number; "project": number }; query: { "format"?: "jsonl" | "label-studio" | "csv" | "chat" | "preference" | "prm"; "include"?: "answered" | "all"; "answers"?: "all" | "chosen"; "after"?: string; "cursor"?: string; "watermark"?: string; "marker"?: boolean }; answer: unknown };
  "POST /api/v1/orgs/{org}/projects/{project}/exports": { path: { "org": number; "project": number }; body: SnapshotBody; answer: JobView };
  "GET /api/v1/orgs/{org}/projects/{project}/finish": { path: { "org": number; "project": number }; answer: FinishView };
  "GET /api/v1/orgs/{org}/projects/{project}/gold": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfGoldSource };
  "PUT /api/v1/orgs/{org}/projects/{project}/gold": { path: { "org": number; "project": number }; body: GoldBody; answer: GoldSet };
  "POST /api/v1/orgs/{org}/projects/{project}/gold/forget": { path: { "org": number; "project": number }; body: GoldRemoved; answer: GoldSet };
  "GET /api/v1/orgs/{org}/projects/{project}/grants": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfGrant };
  "POST /api/v1/orgs/{org}/projects/{project}/grants": { path: { "org": number; "project": number }; body: GrantBody; answer: Made };
  "DELETE /api/v1/orgs/{org}/projects/{project}/grants/{grant}": { path: { "org": number; "project": number; "grant": number }; answer: Decided };
  "GET /api/v1/orgs/{org}/projects/{project}/guidelines": { path: { "org": number; "project": number }; answer: PageOfGuidelineVersion };
  "POST /api/v1/orgs/{org}/projects/{project}/guidelines": { path: { "org": number; "project": number }; body: GuidelineBody; answer: GuidelineVersion };
  "GET /api/v1/orgs/{org}/projects/{project}/guidelines/{version}": { path: { "org": number; "project": number; "version": number }; answer: GuidelineView };
  "GET /api/v1/orgs/{org}/projects/{project}/imports": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfImportView };
  "POST /api/v1/orgs/{org}/projects/{project}/imports": { path: { "org": number; "project": number }; body: ImportBody; answer: ImportStarted };
  "POST /api/v1/orgs/{org}/projects/{project}/imports/stream": { path: { "org": number; "project": number }; query: { "name"?: string; "format"?: string; "field"?: string; "encoding"?: string; "delimiter"?: string; "overlap"?: number | null; "priority"?: number; "errors_max"?: number | null }; answer: ImportView };
  "GET /api/v1/orgs/{org}/projects/{project}/imports/{number}": { path: { "org": number; "project": number; "number": number }; answer: ImportView };
  "GET /api/v1/orgs/{org}/projects/{project}/imports/{number}/errors": { path: { "org": number; "project": number; "number": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfRowErrorView };
  "GET /api/v1/orgs/{org}/projects/{project}/isolation": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfRule };
  "POST /api/v1/orgs/{org}/projects/{project}/isolation": { path: { "org": number; "project": number }; body: Wish; answer: Made };
  "POST /api/v1/orgs/{org}/projects/{project}/isolation/{rule}/approve": { path: { "org": number; "project": number; "rule": number }; answer: Decided };
  "POST /api/v1/orgs/{org}/projects/{project}/isolation/{rule}/refuse": { path: { "org": number; "project": number; "rule": number }; answer: Decided };
  "GET /api/v1/orgs/{org}/projects/{project}/item": { path: { "org": number; "project": number }; query: { "item": string }; answer: ItemView };
  "GET /api/v1/orgs/{org}/projects/{project}/item/media": { path: { "org": number; "project": number }; query: { "item": string }; answer: MediaLinks };
  "GET /api/v1/orgs/{org}/projects/{project}/items": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null; "node"?: string | null }; answer: PageOfItemRow };
  "GET /api/v1/orgs/{org}/projects/{project}/jobs": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfJobView };
  "GET /api/v1/orgs/{org}/projects/{project}/jobs/{job}": { path: { "org": number; "project": number; "job": number }; answer: JobView };
  "POST /api/v1/orgs/{org}/projects/{project}/jobs/{job}/cancel": { path: { "org": number; "project": number; "job": number }; answer: JobView };
  "POST /api/v1/orgs/{org}/projects/{project}/jobs/{job}/link": { path: { "org": number; "project": number; "job": number }; answer: JobLink };
  "POST /api/v1/orgs/{org}/projects/{project}/jobs/{job}/retry": { path: { "org": number; "project": number; "job": number }; answer: JobView };
  "GET /api/v1/orgs/{org}/projects/{project}/late": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfLateView };
  "POST /api/v1/orgs/{org}/projects/{project}/late/{orphan}/settle": { path: { "org": number; "project": number; "orphan": number }; body: SettleBody; answer: Settled };
  "GET /api/v1/orgs/{org}/projects/{project}/lots": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfLotView };
  "POST /api/v1/orgs/{org}/projects/{project}/lots": { path: { "org": number; "project": number }; body: LotRequest; answer: Standing };
  "POST /api/v1/orgs/{org}/projects/{project}/lots/preview": { path: { "org": number; "project": number }; body: PreviewBody; answer: Preview };
  "GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}": { path: { "org": number; "project": number; "lot": number }; answer: Standing };
  "POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/close": { path: { "org": number; "project": number; "lot": number }; answer: Standing };
  "POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/draw": { path: { "org": number; "project": number; "lot": number }; body: DrawBody; answer: Standing };
  "GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/labelers": { path: { "org": number; "project": number; "lot": number }; answer: (LotLabeler)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/marks": { path: { "org": number; "project": number; "lot": number }; body: Mark; answer: Standing };
  "GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/proof": { path: { "org": number; "project": number; "lot": number }; answer: DrawProof };
  "POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/return": { path: { "org": number; "project": number; "lot": number }; body: LotReturn; answer: ServerWireLotsReturned };
  "GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/sample": { path: { "org": number; "project": number; "lot": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfSampleView };
  "GET /api/v1/orgs/{org}/projects/{project}/lots/{lot}/sample/media": { path: { "org": number; "project": number; "lot": number }; query: { "item": string }; answer: MediaLinks };
  "POST /api/v1/orgs/{org}/projects/{project}/lots/{lot}/withdraw": { path: { "org": number; "project": number; "lot": number }; body: WithdrawBody; answer: Standing };
  "POST /api/v1/orgs/{org}/projects/{project}/pause": { path: { "org": number; "project": number }; answer: ProjectView };
  "GET /api/v1/orgs/{org}/projects/{project}/people": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfPersonStats };
  "GET /api/v1/orgs/{org}/projects/{project}/people/me": { path: { "org": number; "project": number }; answer: PageOfPersonStats };
  "GET /api/v1/orgs/{org}/projects/{project}/people/names": { path: { "org": number; "project": number }; query: { "people": string }; answer: PageOfPersonName };
  "GET /api/v1/orgs/{org}/projects/{project}/predictions": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfPredictionRow };
  "GET /api/v1/orgs/{org}/projects/{project}/predictions/errors": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfPredictionError };
  "POST /api/v1/orgs/{org}/projects/{project}/predictions/for": { path: { "org": number; "project": number }; body: PredictBody; answer: { [name: string]: (Prediction)[] } };
  "GET /api/v1/orgs/{org}/projects/{project}/progress": { path: { "org": number; "project": number }; answer: ProgressView };
  "GET /api/v1/orgs/{org}/projects/{project}/quality/actions": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null; "notices"?: boolean }; answer: PageOfActionRow };
  "POST /api/v1/orgs/{org}/projects/{project}/quality/actions/{action}/appeal": { path: { "org": number; "project": number; "action": number }; body: AppealBody; answer: Appeal };
  "GET /api/v1/orgs/{org}/projects/{project}/quality/appeals": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null; "state"?: "open" | "upheld" | "overturned" | null }; answer: PageOfAppeal };
  "POST /api/v1/orgs/{org}/projects/{project}/quality/appeals/{appeal}/ruling": { path: { "org": number; "project": number; "appeal": number }; body: Ruling; answer: Appeal };
  "GET /api/v1/orgs/{org}/projects/{project}/quality/mine": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfActionRow };
  "POST /api/v1/orgs/{org}/projects/{project}/quality/people/{labeler}/standing": { path: { "org": number; "project": number; "labeler": number }; body: Override; answer: ActionRow };
  "GET /api/v1/orgs/{org}/projects/{project}/quality/rules": { path: { "org": number; "project": number }; answer: RuleSet };
  "PUT /api/v1/orgs/{org}/projects/{project}/quality/rules": { path: { "org": number; "project": number }; body: RulesBody; answer: RuleSet };
  "GET /api/v1/orgs/{org}/projects/{project}/quality/rules/versions": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfRuleSet };
  "POST /api/v1/orgs/{org}/projects/{project}/reopen": { path: { "org": number; "project": number }; answer: ProjectView };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/claim": { path: { "org": number; "project": number }; body: ClaimBody; answer: WorkAnswer };
  "GET /api/v1/orgs/{org}/projects/{project}/reviews/comments": { path: { "org": number; "project": number }; query: { "item": string }; answer: PageOfComment };
  "GET /api/v1/orgs/{org}/projects/{project}/reviews/comments/all": { path: { "org": number; "project": number }; query: { "resolved"?: boolean; "limit"?: number; "after"?: string | null }; answer: PageOfComment };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/comments/{comment}/resolve": { path: { "org": number; "project": number; "comment": number }; body: ResolveBody; answer: Comment };
  "GET /api/v1/orgs/{org}/projects/{project}/reviews/drafts": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfDraftHead };
  "GET /api/v1/orgs/{org}/projects/{project}/reviews/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: Draft };
  "PUT /api/v1/orgs/{org}/projects/{project}/reviews/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; body: DraftBody; answer: DraftReceipt };
  "DELETE /api/v1/orgs/{org}/projects/{project}/reviews/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: undefined };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/media": { path: { "org": number; "project": number }; body: SlotsBody; answer: SlotMedia };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/release": { path: { "org": number; "project": number }; body: ReleaseBody; answer: Released };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/renew": { path: { "org": number; "project": number }; answer: Renewed };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/skip": { path: { "org": number; "project": number }; body: SkipBody; answer: Skipped };
  "GET /api/v1/orgs/{org}/projects/{project}/reviews/slots/{slot}/candidates": { path: { "org": number; "project": number; "slot": number }; answer: (Candidate)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/slots/{slot}/comments": { path: { "org": number; "project": number; "slot": number }; body: CommentBody; answer: Comment };
  "GET /api/v1/orgs/{org}/projects/{project}/reviews/slots/{slot}/media": { path: { "org": number; "project": number; "slot": number }; answer: MediaLinks };
  "POST /api/v1/orgs/{org}/projects/{project}/reviews/verdicts": { path: { "org": number; "project": number }; body: Verdicts; answer: (VerdictAnswer)[] };
  "GET /api/v1/orgs/{org}/projects/{project}/schemas": { path: { "org": number; "project": number }; answer: PageOfSchemaVersion };
  "POST /api/v1/orgs/{org}/projects/{project}/schemas": { path: { "org": number; "project": number }; body: SchemaBody; answer: SchemaChanged };
  "GET /api/v1/orgs/{org}/projects/{project}/schemas/{version}": { path: { "org": number; "project": number; "version": number }; answer: SchemaView };
  "GET /api/v1/orgs/{org}/projects/{project}/settings": { path: { "org": number; "project": number }; answer: Settings };
  "GET /api/v1/orgs/{org}/projects/{project}/stuck": { path: { "org": number; "project": number }; answer: PageOfStuckItem };
  "POST /api/v1/orgs/{org}/projects/{project}/stuck/retry": { path: { "org": number; "project": number }; answer: GoldSet };
  "GET /api/v1/orgs/{org}/projects/{project}/studio/troubles": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfTrouble };
  "POST /api/v1/orgs/{org}/projects/{project}/thumbnails": { path: { "org": number; "project": number }; body: ThumbnailsBody; answer: Thumbnails };
  "GET /api/v1/orgs/{org}/projects/{project}/unit": { path: { "org": number; "project": number }; answer: UnitBody };
  "PUT /api/v1/orgs/{org}/projects/{project}/unit": { path: { "org": number; "project": number }; body: UnitBody; answer: UnitBody };
  "POST /api/v1/orgs/{org}/projects/{project}/work-rows/{row}/corrections": { path: { "org": number; "project": number; "row": number }; body: AdjustBody; answer: Adjusted };
  "POST /api/v1/orgs/{org}/projects/{project}/work/claim": { path: { "org": number; "project": number }; body: ClaimBody; answer: WorkAnswer };
  "GET /api/v1/orgs/{org}/projects/{project}/work/drafts": { path: { "org": number; "project": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfDraftHead };
  "GET /api/v1/orgs/{org}/projects/{project}/work/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: Draft };
  "PUT /api/v1/orgs/{org}/projects/{project}/work/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; body: DraftBody; answer: DraftReceipt };
  "DELETE /api/v1/orgs/{org}/projects/{project}/work/drafts/{slot}": { path: { "org": number; "project": number; "slot": number }; answer: undefined };
  "POST /api/v1/orgs/{org}/projects/{project}/work/media": { path: { "org": number; "project": number }; body: SlotsBody; answer: SlotMedia };
  "POST /api/v1/orgs/{org}/projects/{project}/work/release": { path: { "org": number; "project": number }; body: ReleaseBody; answer: Released };
  "POST /api/v1/orgs/{org}/projects/{project}/work/renew": { path: { "org": number; "project": number }; answer: Renewed };
  "POST /api/v1/orgs/{org}/projects/{project}/work/skip": { path: { "org": number; "project": number }; body: SkipBody; answer: Skipped };
  "POST /api/v1/orgs/{org}/projects/{project}/work/slots/{slot}/check": { path: { "org": number; "project": number; "slot": number }; body: CheckBody; answer: (FindingView)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/work/slots/{slot}/comments": { path: { "org": number; "project": number; "slot": number }; body: CommentBody; answer: Comment };
  "GET /api/v1/orgs/{org}/projects/{project}/work/slots/{slot}/media": { path: { "org": number; "project": number; "slot": number }; answer: MediaLinks };
  "GET /api/v1/orgs/{org}/projects/{project}/work/slots/{slot}/returned": { path: { "org": number; "project": number; "slot": number }; answer: (AnnotateDiscussServiceReturned)[] };
  "POST /api/v1/orgs/{org}/projects/{project}/work/submit": { path: { "org": number; "project": number }; body: SubmitBody; answer: WorkAnswer };
  "GET /api/v1/orgs/{org}/releases": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null; "line"?: string | null }; answer: PageOfReleaseHead };
  "GET /api/v1/orgs/{org}/releases/{release}": { path: { "org": number; "release": number }; answer: ReleaseView };
  "GET /api/v1/orgs/{org}/releases/{release}/certificate": { path: { "org": number; "release": number }; answer: CertificateFacts | null };
  "GET /api/v1/orgs/{org}/releases/{release}/files": { path: { "org": number; "release": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfFileView };
  "GET /api/v1/orgs/{org}/releases/{release}/files/{path}": { path: { "org": number; "release": number; "path": string }; answer: unknown };
  "GET /api/v1/orgs/{org}/releases/{release}/proofs": { path: { "org": number; "release": number }; answer: ReleaseProofs };
  "GET /api/v1/orgs/{org}/releases/{release}/report": { path: { "org": number; "release": number }; answer: ReleaseReport };
  "GET /api/v1/orgs/{org}/releases/{release}/report.html": { path: { "org": number; "release": number }; answer: string };
  "GET /api/v1/orgs/{org}/releases/{release}/statements": { path: { "org": number; "release": number }; answer: PageOfStatementFacts };
  "GET /api/v1/orgs/{org}/skills": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null; "labeler"?: number | null }; answer: PageOfSkill };
  "PUT /api/v1/orgs/{org}/skills/{labeler}/{name}": { path: { "org": number; "labeler": number; "name": string }; body: SkillBody; answer: Skill };
  "POST /api/v1/orgs/{org}/studio/projects": { path: { "org": number }; body: StudioProjectBody; answer: StudioOpened };
  "GET /api/v1/orgs/{org}/teams": { path: { "org": number }; answer: (Team)[] };
  "POST /api/v1/orgs/{org}/teams": { path: { "org": number }; body: NameBody; answer: Made };
  "GET /api/v1/orgs/{org}/teams/led": { path: { "org": number }; answer: (Team)[] };
  "PUT /api/v1/orgs/{org}/teams/{team}": { path: { "org": number; "team": number }; body: TeamBody; answer: Decided };
  "DELETE /api/v1/orgs/{org}/teams/{team}": { path: { "org": number; "team": number }; answer: Decided };
  "GET /api/v1/orgs/{org}/tokens": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfToken };
  "POST /api/v1/orgs/{org}/tokens": { path: { "org": number }; body: TokenBody; answer: TokenMade };
  "DELETE /api/v1/orgs/{org}/tokens/{token}": { path: { "org": number; "token": number }; answer: Decided };
  "GET /api/v1/orgs/{org}/uploads": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfUploadView };
  "POST /api/v1/orgs/{org}/uploads": { path: { "org": number }; body: NewUpload; answer: UploadView };
  "GET /api/v1/orgs/{org}/uploads/{upload}": { path: { "org": number; "upload": number }; answer: UploadView };
  "PATCH /api/v1/orgs/{org}/uploads/{upload}": { path: { "org": number; "upload": number }; answer: null };
  "DELETE /api/v1/orgs/{org}/uploads/{upload}": { path: { "org": number; "upload": number }; answer: undefined };
  "HEAD /api/v1/orgs/{org}/uploads/{upload}": { path: { "org": number; "upload": number }; answer: null };
  "GET /api/v1/orgs/{org}/versions": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null; "dataset"?: string | null; "line"?: string | null }; answer: PageOfVersionRow };
  "GET /api/v1/orgs/{org}/versions/compare": { path: { "org": number }; query: { "left": number; "right": number; "limit"?: number; "after"?: string | null; "kind"?: "added" | "removed" | "changed" | "relabelled" | null }; answer: ComparedPage };
  "GET /api/v1/orgs/{org}/versions/{version}": { path: { "org": number; "version": number }; answer: VersionView };
  "GET /api/v1/orgs/{org}/versions/{version}/records": { path: { "org": number; "version": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfRecordView };
  "GET /api/v1/orgs/{org}/work-rows/mine": { path: { "org": number }; query: { "limit"?: number; "after"?: string | null }; answer: PageOfWorkRow };
  "POST /api/v1/schemas/check": { body: SchemaCheckBody; answer: SchemaChecked };
  "GET /api/v1/set-up": { answer: SetUpState };
  "POST /api/v1/set-up": { body: SetUpBody; answer: SignedInView };
  "POST /api/v1/sign-in": { body: SignInBody; answer: SignedInView };
  "GET /api/v1/sign-in/oidc": { answer: (ProviderView)[] };
  "POST /api/v1/sign-in/oidc/{slug}": { path: { "slug": string }; body: StartBody; answer: Started };
  "POST /api/v1/sign-in/ticket": { body: SecretBody; answer: SignedInView };
  "POST /api/v1/sign-out": { answer: Decided };
  "GET /api/v1/system/health": { answer: SystemHealth };
  "DELETE /api/v1/system/people/{person}/sessions": { path: { "person": number }; answer: Decided };
  "PUT /api/v1/system/people/{person}/state": { path: { "person": number }; body: StateBody; answer: Decided };
  "POST /api/v1/system/people/{person}/ticket": { path: { "person": number }; answer: TicketMade };
  "GET /api/v1/templates": { answer: PageOfTemplateHead };
  "GET /api/v1/templates/media/{file}": { path: { "file": string }; answer: string };
  "GET /api/v1/templates/{name}": { path: { "name": string }; answer: TemplateView };
  "GET /health": { answer: ServerRoutesSystemHealth };
  "GET /ready": { answer: Readiness };
}
