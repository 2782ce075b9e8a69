/* SPDX-License-Identifier: Apache-2.0 */
/** The API for loading BPF objects and for reading and writing their maps. */
@NullMarked
package dev.nestmap.runtime;

import org.jspecify.annotations.NullMarked;
