/* SPDX-License-Identifier: Apache-2.0 */
/** BPF programs of a loaded object: attaching them and running them once. */
@NullMarked
package dev.nestmap.runtime.program;

import org.jspecify.annotations.NullMarked;
