import { Injectable } from '@nestjs/common';
import { KnownNamespaces } from '../auth/known-namespaces.port.js';
import { ClusterView } from './cluster-view.js';

/** The namespaces that the view holds. */
@Injectable()
export class ViewKnownNamespaces extends KnownNamespaces {
  constructor(private readonly view: ClusterView) {
    super();
  }

  names(): Promise<readonly string[]> {
    return this.view.freshness(['namespaces']).asOfMs === undefined
      ? Promise.reject(new Error('the namespaces of the cluster have not been read yet'))
      : Promise.resolve(this.view.namespaces().map(({ name }) => name));
  }
}
