/* SPDX-License-Identifier: Apache-2.0 */
package dev.nestmap.runtime.pin;

/** An outer map that records declare. The constants of generated classes implement it: {@code TenantFlowsBpf.TENANT_MAP}. */
public interface OuterMapDeclaration extends MapDeclaration {}
