/* SPDX-License-Identifier: Apache-2.0 */

/** The model of what a BPF object declares, its text and its comparison. Only Nestmap's own modules may use it. */
@SuppressWarnings("module") // the modules that may use it are compiled later
module dev.nestmap.schema {
    requires dev.nestmap.annotations;
    requires static transitive org.jspecify;

    exports dev.nestmap.schema to
            dev.nestmap.btf,
            dev.nestmap.builder,
            dev.nestmap.cli,
            dev.nestmap.header,
            dev.nestmap.kafka,
            dev.nestmap.lint,
            dev.nestmap.memory,
            dev.nestmap.processor,
            dev.nestmap.runtime,
            dev.nestmap.untyped;
    exports dev.nestmap.schema.compare to
            dev.nestmap.builder,
            dev.nestmap.cli,
            dev.nestmap.lint,
            dev.nestmap.runtime;
    exports dev.nestmap.schema.plan to
            dev.nestmap.builder,
            dev.nestmap.cli,
            dev.nestmap.runtime;
    exports dev.nestmap.schema.program to
            dev.nestmap.btf,
            dev.nestmap.builder,
            dev.nestmap.cli,
            dev.nestmap.header,
            dev.nestmap.lint,
            dev.nestmap.processor,
            dev.nestmap.runtime;
    exports dev.nestmap.schema.text to
            dev.nestmap.builder,
            dev.nestmap.cli,
            dev.nestmap.processor,
            dev.nestmap.runtime,
            dev.nestmap.untyped;
    exports dev.nestmap.schema.type to
            dev.nestmap.btf,
            dev.nestmap.cli,
            dev.nestmap.header,
            dev.nestmap.lint,
            dev.nestmap.memory,
            dev.nestmap.processor,
            dev.nestmap.runtime,
            dev.nestmap.untyped;
}
