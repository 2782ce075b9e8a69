/* SPDX-License-Identifier: Apache-2.0 */
/**
 * Annotations that declare BPF maps as records. Nestmap's annotation processor reads them at compile time; they are not
 * available at run time.
 *
 * <p>{@link dev.nestmap.annotations.BpfObject} groups the maps of one BPF object. {@link dev.nestmap.annotations.OuterMap}, {@link
 * dev.nestmap.annotations.InnerMap} and {@link dev.nestmap.annotations.BpfMap} declare that a record is an entry of a map. {@link
 * dev.nestmap.annotations.Constants} and {@link dev.nestmap.annotations.Variables} declare that a record is a global variable.
 *
 * <p>{@link dev.nestmap.annotations.U8} to {@link dev.nestmap.annotations.U128}, {@link dev.nestmap.annotations.S8} to {@link
 * dev.nestmap.annotations.S128} and {@link dev.nestmap.annotations.Be16} to {@link dev.nestmap.annotations.Be64} set the C type of an integer.
 * Without one of them, it is the signed C type of the same width. {@link dev.nestmap.annotations.Size} sets the size of arrays, texts and byte
 * strings. {@link dev.nestmap.annotations.Unit} sets the unit of times, and {@link dev.nestmap.annotations.Name} sets the exact name in C. {@link
 * dev.nestmap.annotations.Union} declares that a sealed interface is a union.
 *
 * <p>{@link dev.nestmap.annotations.Was}, {@link dev.nestmap.annotations.Removed} and {@link dev.nestmap.annotations.Omittable} say how
 * pinned maps of other versions of the records are converted.
 *
 * <p>The package {@code dev.nestmap.annotations.kernel} has the annotations for fields that the kernel manages, such as locks and timers.
 */
package dev.nestmap.annotations;
