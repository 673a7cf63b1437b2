package com.terafy.api;

import java.time.Instant;
import java.util.Optional;

/**
 * How a pool stands with its {@link Lease}.
 *
 * @param held whether it was renewed, and nothing has failed since
 * @param renewedAt when it was renewed last, by this server's clock; empty before the first time
 * @param problem why it is not held, in a sentence; empty while it is, and before the first attempt has ended
 */
public record LeaseStatus(boolean held, Optional<Instant> renewedAt, Optional<String> problem) {}
