/* SPDX-License-Identifier: Apache-2.0 */

/** Ships drained inner maps to Apache Kafka, each exactly once. */
@SuppressWarnings({"requires-automatic", "requires-transitive-automatic"}) // Kafka's client has no module descriptor
module dev.nestmap.kafka {
    requires com.fasterxml.jackson.core;
    requires transitive dev.nestmap.runtime;
    requires dev.nestmap.schema;
    requires dev.nestmap.untyped;
    requires transitive kafka.clients;

    // Kafka's client needs these, but does not declare it.
    requires java.management;
    requires java.security.jgss;
    requires java.security.sasl;

    exports dev.nestmap.kafka;
}
