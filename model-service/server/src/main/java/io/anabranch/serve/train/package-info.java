/** Background training jobs: snapshot, trainer, publication, coverage. No transport types. */
@NullMarked
package io.anabranch.serve.train;

import org.jspecify.annotations.NullMarked;
