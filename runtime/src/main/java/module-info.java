/* SPDX-License-Identifier: Apache-2.0 */

/** Live BPF maps: loads objects, and reads, writes, creates and replaces their maps. */
@SuppressWarnings("module") // dev.nestmap.memory and dev.nestmap.untyped are compiled later
module dev.nestmap.runtime {
    requires transitive dev.nestmap.annotations;
    requires dev.nestmap.btf;
    requires dev.nestmap.natives;
    requires dev.nestmap.schema;

    // Generated classes have its annotations.
    requires transitive org.jspecify;
    requires static transitive com.google.errorprone.annotations;

    exports dev.nestmap.runtime;
    exports dev.nestmap.runtime.error;
    exports dev.nestmap.runtime.observe;
    exports dev.nestmap.runtime.pin;
    exports dev.nestmap.runtime.attach;

    // For generated classes.
    exports dev.nestmap.runtime.codec;
    exports dev.nestmap.runtime.spi;

    // For Nestmap's other modules.
    exports dev.nestmap.runtime.internal.backend to
            dev.nestmap.memory,
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.errno to
            dev.nestmap.memory;
    exports dev.nestmap.runtime.internal.nest to
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.open to
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.load to
            dev.nestmap.jdbc,
            dev.nestmap.kafka,
            dev.nestmap.memory,
            dev.nestmap.micrometer,
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.map to
            dev.nestmap.memory,
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.cleanup to
            dev.nestmap.kafka,
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.log to
            dev.nestmap.jdbc,
            dev.nestmap.kafka;
    exports dev.nestmap.runtime.internal.migrate to
            dev.nestmap.kafka;
    exports dev.nestmap.runtime.internal.memory to
            dev.nestmap.memory,
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.kernel.map to
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.kernel.natives to
            dev.nestmap.untyped;
    exports dev.nestmap.runtime.internal.kernel.pin to
            dev.nestmap.untyped;

    uses dev.nestmap.runtime.internal.backend.MemoryBackend;
}
