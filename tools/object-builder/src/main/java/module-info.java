/* SPDX-License-Identifier: Apache-2.0 */

/** Compiles BPF programs with clang, and compares the objects with the records. Users run its main class. */
@SuppressWarnings("module") // the command is compiled later
module dev.nestmap.builder {
    requires dev.nestmap.btf;
    requires dev.nestmap.lint;
    requires dev.nestmap.schema;
    requires info.picocli;
    requires static org.jspecify;

    exports dev.nestmap.builder to // the command doctor finds clang
            dev.nestmap.cli;

    // Picocli sets the fields of the options.
    opens dev.nestmap.builder to
            info.picocli;
}
