/* SPDX-License-Identifier: Apache-2.0 */

/** Metrics of Nestmap for Micrometer. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Micrometer has no module descriptor
module dev.nestmap.micrometer {
    requires static transitive dev.nestmap.kafka; // for ShipperMetrics only
    requires transitive dev.nestmap.runtime;
    requires transitive micrometer.core;

    exports dev.nestmap.micrometer;
}
