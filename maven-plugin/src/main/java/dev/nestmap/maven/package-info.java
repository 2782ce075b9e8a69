/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Maven goals that compile BPF programs with clang, report what a change of the records breaks, and check objects.
 *
 * <p>{@link dev.nestmap.maven.CompileMojo} is the first goal. {@link dev.nestmap.maven.ObjectBuild} runs its steps, each of which is a
 * class. It writes no object to {@code META-INF/bpf} before all objects have passed the checks. {@link dev.nestmap.maven.CompareMojo} and
 * {@link dev.nestmap.maven.SchemaCopies} are the second goal; {@link dev.nestmap.schema.compare.SchemaChanges} finds what a change
 * breaks. {@link dev.nestmap.maven.CheckMojo} is the third; {@link dev.nestmap.btf.LoadCheck} finds what is wrong with an object.
 */
@NullMarked
package dev.nestmap.maven;

import org.jspecify.annotations.NullMarked;
