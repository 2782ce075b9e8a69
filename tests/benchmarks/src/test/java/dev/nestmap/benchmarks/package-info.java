/* SPDX-License-Identifier: Apache-2.0 */
@NullMarked
package dev.nestmap.benchmarks;

import org.jspecify.annotations.NullMarked;
