/** Addresses of pages that have moved, and where each page is now. The site has a page at each old address that leads to the new one. */
export const redirects = {
  'guide/project': 'how-to/maven',
  'guide/testing': 'guide/test',
  'guide/attach': 'reference/attachments',
  'guide/read': 'how-to/many-maps',
  'guide/publish': 'background/grace-periods',
  'guide/on-demand': 'how-to/on-demand',
  'guide/streams': 'how-to/streams',
  'guide/globals': 'how-to/variables',
  'guide/views': 'how-to/shared-arrays',
  'guide/untyped': 'how-to/any-map',
  'guide/bind': 'how-to/existing-object',
  'guide/migrate': 'how-to/migrate',
  'guide/upgrade': 'how-to/upgrade',
  'guide/observe': 'how-to/metrics',
  'guide/fleet': 'how-to/fleet',
  'how-to/rate-limits': 'how-to/programs/rate-limits',
  'how-to/backends': 'how-to/programs/backends',
  'how-to/cgroup-policies': 'how-to/programs/cgroup-policies',
  'how-to/system-calls': 'how-to/programs/system-calls',
  'how-to/blue-green': 'how-to/programs/blue-green',
  'how-to/tests': 'how-to/ci',
  'how-to/privileges': 'how-to/deploy',
  'how-to/two-instances': 'how-to/instances',
  support: 'reference/kernels',
  shapes: 'reference/shapes',
  benchmarks: 'measurements/benchmarks',
  DESIGN: 'background/decisions/',
}

/** The page at an old address. It keeps the part after the number sign. */
export function redirectTo(page) {
  return `<!doctype html>
<html lang="en-GB">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<link rel="canonical" href="/${page}">
<meta http-equiv="refresh" content="1; url=/${page}">
<script>location.replace('/${page}' + location.hash)</script>
</head>
<body>
<h1>This page has moved</h1>
<p><a href="/${page}">It is here.</a></p>
</body>
</html>
`
}
