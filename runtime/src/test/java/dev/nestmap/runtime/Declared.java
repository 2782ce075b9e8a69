/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime;

/** Stands for an annotated interface, {@link DeclaredBpf} for what is generated for it. */
interface Declared {}
