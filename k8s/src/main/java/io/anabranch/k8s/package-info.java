/**
 * Builds the container images; and tests the manifests without a cluster: what kustomize and Helm make of them is read with the types of their
 * APIs and compared with the applications that they run. {@code src/test/resources/rendered} holds the overlays as kustomize renders them, so that
 * all but the comparison with kustomize itself runs without kubectl.
 */
@NullMarked
package io.anabranch.k8s;

import org.jspecify.annotations.NullMarked;
