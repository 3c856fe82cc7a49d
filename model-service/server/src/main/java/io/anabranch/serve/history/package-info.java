/** How predictions came to be what they are: the latest changes of embeddings. No transport types. */
@NullMarked
package io.anabranch.serve.history;

import org.jspecify.annotations.NullMarked;
