/**
 * Models at rest: the {@code ModelSnapshot} of the wire vocabulary, its named tensors, and the safetensors format in
 * and out.
 *
 * <p>The trainer writes snapshots through {@link io.anabranch.learn.model.ModelWriter}; weights trained elsewhere come
 * in through {@link io.anabranch.learn.model.ModelImport}. Both hand out only snapshots whose tensors fit their spec.
 * No arithmetic lives here and no tensor library is seen.
 */
@NullMarked
package io.anabranch.learn.model;

import org.jspecify.annotations.NullMarked;
