/* SPDX-License-Identifier: Apache-2.0 */

/** Prints a schema as a C header. Only Nestmap's own modules may use it. */
@SuppressWarnings("module") // the modules that may use it are compiled later
module dev.nestmap.header {
    requires transitive dev.nestmap.schema;
    requires static transitive org.jspecify;

    exports dev.nestmap.header to
            dev.nestmap.cli,
            dev.nestmap.processor;
}
