-- Where people's browsers find us, as the provider knows it: never taken from what a request says of itself.
ALTER TABLE access.oidc_provider ADD COLUMN base_url text COLLATE "C" NOT NULL DEFAULT '';
