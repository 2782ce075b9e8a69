/* SPDX-License-Identifier: Apache-2.0 */
/** Random entries of random records: Java writes them, a BPF program copies them field by field, and Java reads them again. */
@NullMarked
package dev.nestmap.tests.echo;

import org.jspecify.annotations.NullMarked;
