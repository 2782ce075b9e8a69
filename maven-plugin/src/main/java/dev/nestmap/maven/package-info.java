/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The Maven goals that compile BPF programs with clang, and that say what a change of the records breaks.
 *
 * <p>{@link dev.nestmap.maven.CompileMojo} takes Maven's parameters, {@link dev.nestmap.maven.ObjectBuild} does the steps
 * in order, and each step is a class of its own. Nothing reaches {@code META-INF/bpf} before every object has passed. {@link
 * dev.nestmap.maven.CompareMojo} and {@link dev.nestmap.maven.SchemaCopies} are the other goal; what a change breaks is
 * {@link dev.nestmap.schema.compare.SchemaChanges}.
 */
@NullMarked
package dev.nestmap.maven;

import org.jspecify.annotations.NullMarked;
