/** Assembly, configuration, readiness, status. */
@NullMarked
package io.anabranch.serve.ops;

import org.jspecify.annotations.NullMarked;
