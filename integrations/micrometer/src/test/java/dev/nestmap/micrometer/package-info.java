/* SPDX-License-Identifier: Apache-2.0 */
/** Tests of the metrics, also with a Prometheus server. */
@NullMarked
package dev.nestmap.micrometer;

import org.jspecify.annotations.NullMarked;
