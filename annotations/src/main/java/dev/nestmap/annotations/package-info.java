/* SPDX-License-Identifier: Apache-2.0 */
/**
 * The annotations that turn records into BPF maps. They are read by Nestmap's annotation processor when a class is
 * compiled, and are not there at run time.
 *
 * <p>{@link dev.nestmap.annotations.BpfObject @BpfObject} gathers the maps of one BPF object;
 * {@link dev.nestmap.annotations.OuterMap @OuterMap}, {@link dev.nestmap.annotations.InnerMap @InnerMap} and
 * {@link dev.nestmap.annotations.BpfMap @BpfMap} make a record a map. {@code @U8} to {@code @U64}, {@code @S8} to
 * {@code @S64} and {@code @Be16} to {@code @Be64} give a component its width in C; without one of them it is Java's own
 * signed type. {@link dev.nestmap.annotations.Size @Size} gives arrays, texts and byte strings their size, {@link
 * dev.nestmap.annotations.Unit @Unit} times their unit, and {@link dev.nestmap.annotations.Name @Name} anything its exact C name.
 * A sealed interface with {@link dev.nestmap.annotations.Union @Union} is a union.
 *
 * <p>What the kernel manages inside of a value is said on the record, and is no component: {@link
 * dev.nestmap.annotations.SpinLock @SpinLock}, {@link dev.nestmap.annotations.Timer @Timer}, {@link
 * dev.nestmap.annotations.WorkQueue @WorkQueue}, {@link dev.nestmap.annotations.TaskWork @TaskWork}, {@link
 * dev.nestmap.annotations.Kptr @Kptr}, {@link dev.nestmap.annotations.ListHead @ListHead} and {@link
 * dev.nestmap.annotations.RbRoot @RbRoot}.
 */
package dev.nestmap.annotations;
