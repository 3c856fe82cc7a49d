/** Models, their versions, coverage and aliases, folded from the models topic, which is the truth. No transport types. */
@NullMarked
package io.anabranch.serve.registry;

import org.jspecify.annotations.NullMarked;
