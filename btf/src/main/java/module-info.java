/* SPDX-License-Identifier: Apache-2.0 */

/** Reads object files. Only Nestmap's own modules may use it. */
@SuppressWarnings("module") // the modules that may use it are compiled later
module dev.nestmap.btf {
    requires transitive dev.nestmap.schema;
    requires static transitive org.jspecify;

    exports dev.nestmap.btf to
            dev.nestmap.builder,
            dev.nestmap.cli,
            dev.nestmap.lint,
            dev.nestmap.runtime;
}
