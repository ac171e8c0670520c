"""Real names, households, people enrolled by staff, preferences."""

from alembic import op

revision = "0051"
down_revision = "0050"

_REAL_NAMES = """
CREATE TABLE real_names (
    id UUID NOT NULL,
    community_id UUID NOT NULL,
    place_path UUID[] NOT NULL,
    state TEXT NOT NULL,
    name_sealed BYTEA,
    number_sealed BYTEA,
    number_index BYTEA,
    age_band TEXT,
    reason TEXT,
    submitted_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by_id UUID,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT real_names_state CHECK (state IN ('rejected', 'submitted', 'verified')),
    CONSTRAINT real_names_age_band CHECK (age_band IN ('adult', 'minor_14_17', 'under_14')),
    CONSTRAINT real_names_whole_or_forgotten CHECK (CASE WHEN state = 'rejected' THEN num_nonnulls(name_sealed, number_sealed, number_index, age_band) = 0 ELSE num_nulls(name_sealed, number_sealed, number_index, age_band) = 0 END),
    CONSTRAINT real_names_reason CHECK ((state = 'rejected') = (reason IS NOT NULL)),
    CONSTRAINT real_names_decided CHECK ((state = 'submitted') = (decided_at IS NULL) AND (decided_at IS NULL) = (decided_by_id IS NULL)),
    CONSTRAINT real_names_not_by_oneself CHECK (decided_by_id <> id),
    FOREIGN KEY(id) REFERENCES users (id),
    FOREIGN KEY(community_id) REFERENCES places (id),
    UNIQUE (number_index)
)
"""
_REAL_NAMES_INDEXES = ("CREATE INDEX real_names_of_community ON real_names (community_id, state)",)
_HOUSEHOLDS = """
CREATE TABLE households (
    id UUID NOT NULL,
    building_id UUID NOT NULL,
    door_index BYTEA NOT NULL,
    door_sealed BYTEA NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT households_door UNIQUE (building_id, door_index),
    FOREIGN KEY(building_id) REFERENCES places (id)
)
"""
_HOUSEHOLDS_INDEXES = ()
_MEMBERSHIPS = """
CREATE TABLE memberships (
    id UUID NOT NULL,
    user_id UUID NOT NULL,
    building_id UUID NOT NULL,
    place_path UUID[] NOT NULL,
    door_index BYTEA NOT NULL,
    door_sealed BYTEA NOT NULL,
    relation TEXT NOT NULL,
    state TEXT NOT NULL,
    household_id UUID,
    reason TEXT,
    requested_at TIMESTAMP WITH TIME ZONE NOT NULL,
    decided_at TIMESTAMP WITH TIME ZONE,
    decided_by_id UUID,
    left_at TIMESTAMP WITH TIME ZONE,
    version INTEGER NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT memberships_state CHECK (state IN ('joined', 'left', 'rejected', 'requested', 'withdrawn')),
    CONSTRAINT memberships_relation CHECK (relation IN ('owner', 'family', 'tenant', 'carer', 'other')),
    CONSTRAINT memberships_household_where_joined CHECK ((state IN ('joined', 'left')) = (household_id IS NOT NULL)),
    CONSTRAINT memberships_decided CHECK ((state IN ('joined', 'left', 'rejected')) = (decided_by_id IS NOT NULL) AND (decided_by_id IS NULL) = (decided_at IS NULL)),
    CONSTRAINT memberships_not_by_oneself CHECK (decided_by_id <> user_id),
    CONSTRAINT memberships_left_at CHECK ((state = 'left') = (left_at IS NOT NULL)),
    FOREIGN KEY(user_id) REFERENCES users (id),
    FOREIGN KEY(building_id) REFERENCES places (id),
    FOREIGN KEY(household_id) REFERENCES households (id)
)
"""
_MEMBERSHIPS_INDEXES = (
    "CREATE INDEX memberships_of_household ON memberships (household_id)",
    "CREATE INDEX memberships_of_place ON memberships USING gin (place_path)",
    "CREATE UNIQUE INDEX memberships_one_joined ON memberships (user_id) WHERE state = 'joined'",
    "CREATE UNIQUE INDEX memberships_one_requested ON memberships (user_id) WHERE state = 'requested'",
)
_ENROLLED = """
CREATE TABLE enrolled (
    id UUID NOT NULL,
    address_id UUID NOT NULL,
    building_id UUID NOT NULL,
    place_path UUID[] NOT NULL,
    enrolled_by_id UUID NOT NULL,
    version INTEGER NOT NULL,
    created_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    FOREIGN KEY(id) REFERENCES users (id),
    FOREIGN KEY(address_id) REFERENCES addresses (id),
    FOREIGN KEY(building_id) REFERENCES places (id),
    FOREIGN KEY(enrolled_by_id) REFERENCES users (id)
)
"""
_ENROLLED_INDEXES = ("CREATE INDEX enrolled_of_place ON enrolled USING gin (place_path)",)
_PREFERENCES = """
CREATE TABLE preferences (
    id UUID NOT NULL,
    quiet_from_min SMALLINT,
    quiet_to_min SMALLINT,
    language TEXT NOT NULL,
    is_large_text BOOLEAN NOT NULL,
    may_be_called BOOLEAN NOT NULL,
    leave_at_door BOOLEAN NOT NULL,
    version INTEGER NOT NULL,
    changed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (id),
    CONSTRAINT preferences_language CHECK (language IN ('zh', 'en')),
    CONSTRAINT preferences_quiet_hours CHECK ((quiet_from_min IS NULL) = (quiet_to_min IS NULL) AND quiet_from_min BETWEEN 0 AND 1439 AND quiet_to_min BETWEEN 0 AND 1439 AND quiet_from_min <> quiet_to_min),
    FOREIGN KEY(id) REFERENCES users (id)
)
"""
_PREFERENCES_INDEXES = ()


def upgrade() -> None:
    """Apply."""
    for table, indexes in (
        (_REAL_NAMES, _REAL_NAMES_INDEXES),
        (_HOUSEHOLDS, _HOUSEHOLDS_INDEXES),
        (_MEMBERSHIPS, _MEMBERSHIPS_INDEXES),
        (_ENROLLED, _ENROLLED_INDEXES),
        (_PREFERENCES, _PREFERENCES_INDEXES),
    ):
        op.execute(table)
        for index in indexes:
            op.execute(index)
