/* SPDX-License-Identifier: Apache-2.0 */

/** Compiles BPF programs with clang, and compares the objects with the records. Users run its main class. */
module dev.nestmap.builder {
    requires dev.nestmap.btf;
    requires dev.nestmap.lint;
    requires dev.nestmap.schema;
    requires info.picocli;
    requires static org.jspecify;

    // Picocli sets the fields of the options.
    opens dev.nestmap.builder to
            info.picocli;
}
