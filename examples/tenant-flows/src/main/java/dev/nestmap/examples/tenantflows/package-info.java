/* SPDX-License-Identifier: Apache-2.0 */
/** Counts the flows of each tenant: a map of maps that an XDP program fills and Java makes, reads and rotates. */
@NullMarked
package dev.nestmap.examples.tenantflows;

import org.jspecify.annotations.NullMarked;
