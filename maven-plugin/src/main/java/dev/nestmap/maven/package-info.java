/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The Maven goal that compiles BPF programs with clang and compares the objects with their schema text.
 *
 * <p>{@link dev.nestmap.maven.CompileMojo} takes Maven's parameters, {@link dev.nestmap.maven.ObjectBuild} does the steps
 * in order, and each step is a class of its own. Nothing reaches {@code META-INF/bpf} before every object has passed.
 */
@NullMarked
package dev.nestmap.maven;

import org.jspecify.annotations.NullMarked;
