/* Near points gather into one symbol while the map is too coarse to hold them apart. */
(function (marz) {
  "use strict";
  const kit = marz.kit;

  const APART = 24; // pixels between two points that are drawn apart
  const OPEN_AT = 10.5; // from this zoom on all stand by themselves, spread if need be

  const shown = (marker) => marker.marz.visible || marker.marz.members;

  /* Whether a site is a point; lines and areas never gather. */
  function isPoint(own, marker) {
    const feature = own.features && own.features[marker.marz.n];
    return !feature || feature.geometry.type === "Point";
  }

  /* Gives every marker its group (itself first, empty where another one shows it) and draws it.
   *
   * Greedy, the fullest site first and then by number, so that the same view gathers alike. A
   * hundred sites need no index: all pairs cost less than one symbol's drawing.
   */
  function gather(map, own, anew) {
    // Panning leaves distances as they are.
    if (!anew && own.gatheredAt === map.getZoom()) return;
    own.gatheredAt = map.getZoom();
    const order = own.symbols
      .map((m) => ({ m, at: map.latLngToLayerPoint(m.marz.at), count: shown(m).length }))
      .sort((a, b) => b.count - a.count || a.m.marz.n - b.m.marz.n);
    const coarse = map.getZoom() < OPEN_AT;
    const leads = [];
    for (const site of order) {
      site.m.marz.group = [site.m];
      if (!site.count || !coarse || !isPoint(own, site.m)) continue;
      const lead = leads.find((other) => other.at.distanceTo(site.at) < APART);
      if (lead) {
        lead.m.marz.group.push(site.m);
        site.m.marz.group = [];
      } else leads.push(site);
    }
    for (const { m } of order) kit.drawSymbol(map, m, m.marz.group.flatMap(shown));
  }

  /* Zooms to where the members of a group stand apart. */
  function open(map, group) {
    const bounds = L.latLngBounds(group.map((m) => m.marz.at));
    const fitting = map.getBoundsZoom(bounds.pad(0.3));
    map.setView(bounds.getCenter(), Math.max(map.getZoom() + 1, Math.min(fitting, OPEN_AT)));
  }

  Object.assign(kit, { gather, isPoint, open });
})(window.marz);
