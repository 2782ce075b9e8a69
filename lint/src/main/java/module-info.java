/* SPDX-License-Identifier: Apache-2.0 */

/** What the compiler and the tools say about records and objects. A service does not need it. Only Nestmap's own modules may use it. */
@SuppressWarnings("module") // the modules that may use it are compiled later
module dev.nestmap.lint {
    requires transitive dev.nestmap.btf;
    requires transitive dev.nestmap.schema;
    requires static transitive org.jspecify;

    exports dev.nestmap.lint to
            dev.nestmap.builder,
            dev.nestmap.cli;
    exports dev.nestmap.lint.rules to
            dev.nestmap.cli,
            dev.nestmap.processor;
}
