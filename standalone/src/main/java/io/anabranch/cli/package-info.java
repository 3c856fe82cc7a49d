/**
 * The command line: each command is a class. Commands but {@code serve}, {@code demo} and {@code replay} are gRPC clients
 * of an instance or of a cluster's model service and never start Quarkus.
 */
@NullMarked
package io.anabranch.cli;

import org.jspecify.annotations.NullMarked;
