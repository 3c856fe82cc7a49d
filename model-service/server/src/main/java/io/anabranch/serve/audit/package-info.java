/** Audits: embeddings recomputed from scratch on the server's own replica of the graph, compared with those that are served. */
@NullMarked
package io.anabranch.serve.audit;

import org.jspecify.annotations.NullMarked;
