/**
 * Who may call what, and how much at once: roles, tokens, limits, quotas, and the log of administrative calls. Knows no transport; both
 * transports ask {@link io.anabranch.serve.guard.Guard} before anything else happens to a call.
 */
@NullMarked
package io.anabranch.serve.guard;

import org.jspecify.annotations.NullMarked;
