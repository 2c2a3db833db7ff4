// Follows pages of the coordinator by server-sent events, and tells how good the connection is.

const SILENT_AFTER = 3500;

export class Live {
  constructor(onState) {
    this.onState = onState;
    this.onRefused = () => {};
    this.sources = [];
    this.heardAt = 0;
    setInterval(() => this.check(), 1000);
    // A browser has six connections to a host. A page that is left for another one is kept for the
    // way back, and would keep its connections for a minute.
    window.addEventListener('pagehide', () => this.close());
    window.addEventListener('pageshow', (event) => {
      if (event.persisted && this.again) {
        this.again();
      }
    });
  }

  close() {
    for (const source of this.sources) {
      source.close();
    }
    this.sources = [];
  }

  /** Follows these pages instead of the ones before. topics: [{page, story, shot, chunk}] */
  follow(topics, onPage, onProblem) {
    this.close();
    this.again = () => this.follow(topics, onPage, onProblem);
    this.heardAt = 0;
    this.isFollowing = topics.length > 0;
    this.sources = topics.map((topic) => this.open(topic, onPage, onProblem));
    this.check();
  }

  open(topic, onPage, onProblem) {
    const query = new URLSearchParams({ page: topic.page });
    if (topic.story) {
      query.set('story', topic.story);
    }
    if (topic.chunk) {
      query.set('shot', topic.shot);
      query.set('chunk', topic.chunk);
    }
    // The browser comes again by itself when the coordinator was away.
    const source = new EventSource('/api/events?' + query);
    const heard = () => {
      this.heardAt = Date.now();
      this.check();
    };
    source.addEventListener('page', (event) => {
      heard();
      onPage(topic, JSON.parse(event.data));
    });
    source.addEventListener('same', heard);
    source.addEventListener('problem', (event) => {
      heard();
      onProblem(topic, event.data);
    });
    source.onerror = () => {
      this.check();
      if (source.readyState === EventSource.CLOSED && this.sources.includes(source)) {
        this.onRefused();
        setTimeout(() => {
          const at = this.sources.indexOf(source);
          if (at >= 0) {
            this.sources[at] = this.open(topic, onPage, onProblem);
          }
        }, 1000);
      }
    };
    return source;
  }

  check() {
    if (!this.isFollowing) {
      this.onState('idle');
    } else if (!this.heardAt) {
      this.onState('connecting');
    } else {
      this.onState(Date.now() - this.heardAt < SILENT_AFTER ? 'live' : 'silent', this.heardAt);
    }
  }
}
