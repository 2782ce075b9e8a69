/* SPDX-License-Identifier: Apache-2.0 */
/** Random entries of random records, written by Java, copied field by field by a BPF program, and read by Java again. */
@NullMarked
package dev.nestmap.tests.echo;

import org.jspecify.annotations.NullMarked;
