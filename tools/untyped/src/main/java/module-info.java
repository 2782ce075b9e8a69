/* SPDX-License-Identifier: Apache-2.0 */

/** Maps and variables without records: any map of the running kernel, and any variable of an object. */
module dev.nestmap.untyped {
    requires transitive dev.nestmap.runtime;
    requires dev.nestmap.schema;
    requires static transitive org.jspecify;

    exports dev.nestmap.untyped;
}
