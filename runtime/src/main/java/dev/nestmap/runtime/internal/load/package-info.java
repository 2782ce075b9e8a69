/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Loads objects. {@code BackendOperations} chooses between kernel and heap, {@code LoadRun} loads into the kernel, and {@code LoadedState}
 * is the result. {@code GeneratedClass} is what records declare, and {@code LoadSettings} what a caller adds. {@code DeclarationCheck} compares an object with records, and {@code ExactnessCheck} finds programs with which rotations
 * are not exact.
 *
 * <p>A load compares and combines four schemas:
 *
 * <ol>
 *   <li>{@code records}: the declarations of the records. Sizes that are set at load are open (0).
 *   <li>{@code declared}: the records with the sizes that the caller sets. For an existing object, also with the sizes, flags and slots
 *       that the records leave to the object.
 *   <li>{@code inFile}: the declarations of the object file. It may leave out sizes, and the inner maps of outer maps.
 *   <li>{@code completed}: {@code inFile}, with missing parts from {@code declared}. libbpf creates these maps, and {@code LoadedState}
 *       holds them.
 * </ol>
 *
 * <p>{@code SchemaCompletion} combines them. {@code declared} is compared with {@code completed} before the kernel loads anything.
 */
@NullMarked
package dev.nestmap.runtime.internal.load;

import org.jspecify.annotations.NullMarked;
