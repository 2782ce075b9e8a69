/* SPDX-License-Identifier: Apache-2.0 */
/** Reads a schema from a BPF object file: ELF sections, BTF types, map definitions and slots, in either byte order. Finds the error in the verifier's log. */
@NullMarked
package dev.nestmap.btf;

import org.jspecify.annotations.NullMarked;
