/** Forward passes from scratch, for single vertices, in double precision: for audits, and for vertices that are not stored. */
@NullMarked
package io.anabranch.serve.recompute;

import org.jspecify.annotations.NullMarked;
